"""The goal table says what limits_report says, in two languages."""

import re
from typing import Any

import pyarrow as pa
import pytest

from matcher.domain.policy_file import parse_policy
from matcher.goals import goal_table
from matcher.verdict.schemas import LIMITS
from matcher.verdict.words import Language, Words

POLICY = parse_policy(
    """
[[quota]]
name = "both"
min = 10
max = 20
min_share = 0.25
max_share = 0.5
soft = true
weight = 300000
[[quota]]
name = "few"
max = 3
[[budget]]
name = "lks"
unit = "lks_eur_month"
max = 2500.50
[durable_share]
min = 0.75
[[distinct]]
column = "instrument"
max = 5
"""
)


def limit(
    name: str, kind: str, sense: str, bound: float, used: float, price: float = 0.0, id: str = ""
) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "id": id, "sense": sense, "bound": bound, "used": used, "price": price,
        "price_scaled": int(price * 2**20),
    }  # fmt: skip


REPORT = pa.Table.from_pylist(
    [
        limit("both", "quota", ">=", 10, 8, -300_000),
        limit("both", "quota", ">=", 0, -1.25, -300_000),
        limit("both", "quota", "<=", 20, 8),
        limit("both", "quota", "<=", 0, -10.5),
        limit("few", "quota", "<=", 3, 3, 1_234.567),
        limit("lks", "budget", "<=", 2500.5, 2400.25, 0.5, "lks_eur_month"),
        limit("durable_share", "durable_share", ">=", 0, 1.5),
        limit("max_placements", "employers", "<=", 2, 2, 5.0, "e-1"),
        limit("max_placements", "employers", "<=", 2, 1, 0.0, "e-2"),
        limit("capacity", "resources", "<=", 9, 9, 1.0, "van"),
        limit("capacity", "resources", "<=", 9, 8, 0.0, "course"),
        limit("minimum", "resources", ">=", 1_000_000, 1_250_000, 0.0, "sroi-eur"),
        limit("instrument", "distinct", "<=", 5, 4),
    ],
    schema=LIMITS,
)


def test_every_goal_says_asked_reached_short_and_price() -> None:
    table = goal_table(REPORT, POLICY, 37, Words("en"))
    assert table is not None
    assert table.columns == ("goal or limit", "asked", "reached", "short by or too many", "one more (estimate)")
    assert table.rows == (
        ("both", "at least 10 (soft)", "8", "2", "300,000 points, 0.3 placement"),
        ("both", "at least 25.0 % (soft)", "21.6 %", "2", "300,000 points, 0.3 placement"),
        ("both", "at most 20 (soft)", "8", "", "0 points"),
        ("both", "at most 50.0 % (soft)", "21.6 %", "", "0 points"),
        ("few", "at most 3", "3", "", "1,235 points"),
        ("lks", "at most 2,500.5", "2,400.25", "", "0.5 points"),
        ("chance of durable work, on average", "at least 75.0 %", "reached, 1.5 placements to spare", "", "0 points"),
        ("van, stock", "at most 9", "9", "", "1 points"),
        ("sroi-eur, minimum", "at least 1,000,000", "1,250,000", "", "0 points"),
        ("different values of instrument", "at most 5", "4", "", ""),
    )
    assert table.notes[-1].endswith("2. Of these full: 1.")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_estimate_is_called_one(language: Language) -> None:
    table = goal_table(REPORT, POLICY, 37, Words(language))
    assert table is not None
    assert re.search("estimate|schatting", table.columns[-1])
    assert "1.000.000" in table.notes[0] or "1,000,000" in table.notes[0]


def test_nothing_asked_is_no_table_and_nobody_placed_is_no_share() -> None:
    assert goal_table(REPORT.slice(0, 0), parse_policy(""), 37, Words("nl")) is None
    only = goal_table(REPORT.slice(7, 2), parse_policy(""), 37, Words("nl"))
    assert only is not None
    assert (only.rows, len(only.notes)) == ((), 1)
    nobody = goal_table(REPORT, POLICY, 0, Words("nl"))
    assert nobody is not None
    assert nobody.rows[1][2] == "–"

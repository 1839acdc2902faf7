"""The small laws: names, texts, splitting, shortlists."""

import io
import random
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.handover.allowed import Recipient, Sheet, allowed
from matcher.handover.forms import csv_bytes, csv_name, workbook_bytes
from matcher.handover.grid import Limits, grids
from matcher.handover.names import SAFE_NAME, folder_names, slug
from matcher.handover.reopen import csv_columns, workbook_columns
from matcher.handover.shortlists import shortlists
from matcher.handover.texts import MOST_CHARACTERS, cell_parts, guarded, visible
from matcher.model.edges import Edges

HARD = [
    "../x", "/etc/passwd", "CON", "con", "Con ", "nul.txt", ".", "..", "", " ", "-", "--help", "a" * 300, "é", "e\u0301", "🙂",
    "עברית", "a\x00b", "a\nb", "\u202ea", "Bureau", "bureau", "BUREAU", "a/b", "a-b", "a b", "a.b", "a.", "a_b", "x;rm -rf", "agencies",
    "direct", "latest", "manifest.json",
]  # fmt: skip


def test_names_of_folders_are_safe_and_differ() -> None:
    for names in (dict.fromkeys(HARD), dict.fromkeys(HARD, "Zelfde Naam"), dict.fromkeys(HARD, "")):
        made = folder_names(names)
        assert all(SAFE_NAME.fullmatch(name) for name in made.values())
        assert len({name.casefold() for name in made.values()}) == len(HARD)
        assert not set(made.values()) & set(HARD), "never the raw id"
        assert max(map(len, made.values())) <= 49


def test_a_clash_of_short_hashes_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.handover.names._HASH", 1)
    keys = {str(number): "Bureau" for number in range(40)}
    assert len(set(folder_names(keys).values())) == 40


@given(st.text(max_size=60))
def test_a_slug_is_short_and_plain(text: str) -> None:
    made = slug(text)
    assert made == "" or SAFE_NAME.fullmatch(made)
    assert len(made) <= 40


@given(st.text())
def test_what_is_shown_steers_nothing_and_keeps_what_is_harmless(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(sign < " " or sign in "\x7f\u202e\u2066\u200b\ufeff" for sign in shown)
    if text.isascii() and text.isprintable() and not text.startswith("<r>"):
        assert shown == text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r", "\nx", " =1", "＝1", "－1"])
def test_formulas_are_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded("Jan-Willem") == "Jan-Willem"


@given(st.text(st.characters(codec="utf-8")), st.integers(2, 9))
def test_pieces_fit_and_make_the_whole(text: str, most: int) -> None:
    parts = cell_parts(text, most)
    assert all(len(part.encode("utf-16-le")) // 2 <= most for part in parts)
    assert "".join(parts) == text


def test_markup_of_the_writer_stays_text(tmp_path: Path) -> None:
    evil = '<r></r></is></c><c r="A9"><f>1+1</f></c><c r="B9" t="inlineStr"><is><r></r>'
    table = proposals(2, skills=[[evil], ["_x003D_1"]])
    shown = list(grids(Sheet.PROPOSALS, table, Recipient.AGENCY))
    raw = workbook_bytes("x", shown, [("a", "=1+1")], tmp_path)
    page = openpyxl.load_workbook(io.BytesIO(raw))["Voordrachten"]
    assert page.max_row == 3
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    back = workbook_columns(raw, ["Voordrachten"], ["Vaardigheden", "Kandidaat"])
    assert back["Voordrachten"]["Vaardigheden"] == [f"{evil} ", "_x003D_1"]
    assert not list(tmp_path.iterdir()), "no temporary file stays"


def proposals(n: int, **columns: object) -> pa.Table:
    made = {}
    for field in allowed(Sheet.PROPOSALS, Recipient.AGENCY):
        made[field.name] = pa.array(columns.get(field.name, [f"{field.name}-{row}" for row in range(n)]))
    return pa.table(made)


def test_too_many_rows_go_on_in_another_sheet_and_file(tmp_path: Path) -> None:
    table = proposals(7)
    shown = list(grids(Sheet.PROPOSALS, table, Recipient.AGENCY, Limits(rows=3)))
    assert [grid.rows for grid in shown] == [3, 3, 1]
    assert [csv_name(grid) for grid in shown] == ["voordrachten.csv", "voordrachten-2.csv", "voordrachten-3.csv"]
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes("x", shown, [], tmp_path)))
    assert book.sheetnames == ["Voordrachten", "Voordrachten 2", "Voordrachten 3", "Toelichting"]
    cells = [row[0] for name in book.sheetnames[:3] for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert cells == table["vacancy_id"].to_pylist()
    assert [cell for grid in shown for cell in csv_columns(csv_bytes(grid), ["Vacature"])["Vacature"]] == cells


def test_too_long_a_text_goes_on_in_another_column(tmp_path: Path) -> None:
    words = [[f"vaardigheid-{number}" for number in range(6_000)], ["kort"]]
    shown = list(grids(Sheet.PROPOSALS, proposals(2, skills=words), Recipient.AGENCY))
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes("x", shown, [], tmp_path)))["Voordrachten"]
    rows = list(page.iter_rows(values_only=True))
    first = rows[0].index("Vaardigheden")
    assert rows[0][first : first + 4] == ("Vaardigheden", *(f"Vaardigheden ({part})" for part in (2, 3, 4)))
    assert "".join(str(part) for part in rows[1][first:] if part is not None) == "; ".join(words[0])
    assert rows[2][first : first + 2] == ("kort", None)
    assert max(len(str(cell)) for cell in rows[1]) <= MOST_CHARACTERS


def plain_shortlists(
    edges: list[tuple[int, int, int]], recipient: list[int], seat_of: list[int], own: list[int], most: int
) -> list[tuple[int, int]]:
    """The same, a person and a vacancy at a time."""
    found: dict[int, list[tuple[int, int]]] = {}
    for person, seat, points in edges:
        mine = sorted((-value, other) for someone, other, value in edges if someone == person)
        if seat_of[person] >= 0:
            home, other = recipient[seat_of[person]], own[person]
        else:
            home = recipient[mine[0][1]]
            other = max([-value for value, place in mine if place != seat], default=0)
        if recipient[seat] == home and seat != seat_of[person]:
            found.setdefault(seat, []).append((other - points, person))
    return [(seat, person) for seat in sorted(found) for _, person in sorted(found[seat])[:most]]


@pytest.mark.parametrize("seed", range(60))
def test_shortlists_are_those_of_the_plain_way_in_any_heaps(seed: int) -> None:
    dice = random.Random(seed)
    people, seats = dice.randint(1, 9), dice.randint(1, 8)
    recipient = [dice.randint(-1, 2) for _ in range(seats)]
    seat_of = [dice.choice([-1, dice.randrange(seats)]) for _ in range(people)]
    own = [dice.randint(1, 9) for _ in range(people)]
    edges = [(i, j, dice.randint(1, 6)) for i in range(people) for j in range(seats) if dice.random() < 0.6]

    def heap(some: set[int]) -> Edges:
        held = [edge for edge in edges if edge[0] in some]
        start = np.searchsorted([edge[0] for edge in held], np.arange(people + 1)).astype(np.int64)
        return Edges(start, np.array([j for _, j, _ in held], np.int32), np.array([v for *_, v in held], np.int64))

    cut = dice.randint(0, people)
    heaps = [heap(set(range(cut))), heap(set(range(cut, people)))]
    found = shortlists(
        dice.sample(heaps, 2),
        recipient=np.array(recipient),
        seat_of=np.array(seat_of),
        own_points=np.array(own),
        most=2,
    )
    assert list(zip(*(part.tolist() for part in found), strict=True)) == plain_shortlists(
        edges, recipient, seat_of, own, 2
    )
    at_home = {
        person: {recipient[seat] for seat, who in zip(*found, strict=True) if who == person} for person in found[1]
    }
    assert all(len(homes) == 1 for homes in at_home.values())

"""Small groups never show, and cannot be worked out from what does."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matcher.report.audit import UNKNOWN, audit_groups
from matcher.report.groups import SMALLEST, Group, shown


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 20))
def test_nobody_can_be_subtracted_back(sizes: list[int], most: int) -> None:
    groups = [Group(f"g{place}", people, people // 2, people // 3) for place, people in enumerate(sizes)]
    found = shown(groups, most=most)
    assert all(row.group.people >= SMALLEST for row in found.rows)
    filled = [size for size in sizes if size]
    assert len(found.rows) + found.hidden + found.others == len(filled)
    left = sum(filled) - sum(row.group.people for row in found.rows)
    if any(size < SMALLEST for size in filled) and found.rows:
        assert found.hidden >= 2
        assert left >= SMALLEST
    assert len(found.rows) <= most
    assert [row.group.name for row in found.rows] == sorted(
        (row.group.name for row in found.rows), key=lambda n: int(n[1:])
    )


def test_a_group_is_held_against_everybody_else() -> None:
    first, second = shown([Group("a", 70, 70, 56), Group("b", 80, 80, 48)]).rows
    assert (round(first.rate, 3), round(second.rate, 3)) == (0.8, 0.6)
    assert first.difference is not None and first.ratio is not None and first.difference_range is not None
    assert (round(first.difference, 3), round(first.ratio, 3)) == (0.2, 1.333)
    assert round(first.difference_range.low, 4) == 0.0524
    assert first.differs and second.differs
    alone = shown([Group("a", 70, 70, 56)]).rows[0]
    assert alone.difference is None and alone.ratio is None and not alone.differs


def test_groups_of_a_file() -> None:
    ids = [f"c{number}" for number in range(6)]
    audit = pa.table(
        {
            "candidate_id": [" c0", "c1", "c2", "c3", "c3", "zz", None],
            "sex": ["v", "V ", "m", "m", "m", "m", "m"],
            "wave": pa.array([1, 2, 1, None, 1, 1, 1], pa.int8()),
            "lists": [["x"]] * 7,
            "share": [0.5] * 7,
        }
    )
    everybody = np.ones(6, dtype=np.bool_)
    inside = everybody.copy()
    inside[5] = False
    found = audit_groups(audit, ids, inside=inside, eligible=everybody, assigned=np.arange(6) % 2 == 0)
    assert list(found) == ["sex", "wave"]
    # c3 stands there twice and counts as unknown, c4 is not in the file, c5 is in the control arm.
    assert [(group.name, group.people, group.assigned) for group in found["sex"]] == [
        ("m", 1, 1),
        ("V", 2, 1),
        (UNKNOWN, 2, 1),
    ]
    assert [(group.name, group.people) for group in found["wave"]] == [("1", 2), ("2", 1), (UNKNOWN, 2)]
    assert audit_groups(pa.table({"x": ["a"]}), ids, inside=inside, eligible=everybody, assigned=everybody) == {}
    assert (
        len(
            audit_groups(
                audit.set_column(0, "candidate_id", pa.array([1] * 7)),
                ids,
                inside=inside,
                eligible=inside,
                assigned=inside,
            )["sex"]
        )
        == 1
    )

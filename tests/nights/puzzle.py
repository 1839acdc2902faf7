"""A night small enough to try every plan: values decide, and what became of earlier proposals."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pyarrow as pa
from hypothesis import strategies as st

from matcher.domain.policy_file import parse_policy
from matcher.domain.raw import RawTables
from matcher.pipeline import MatchReport, check, claims_of, match_tables

DAY = dt.date(2026, 11, 21)
RETRY = 30
STATUSES = ("proposed", "accepted", "started", "ended", "declined_candidate", "declined_employer", None)
_WORK = {"accepted", "started"}
_LIFE = ("proposed", "declined_candidate", "declined_employer", "accepted", "started", "ended")


@dataclass(frozen=True)
class Told:
    """A row of previous: how many days ago, None for nobody knows."""

    person: int
    vacancy: int
    status: str | None
    days: int | None


@dataclass(frozen=True)
class Night:
    """Worth of every pair that exists (by person, vacancy), openings, and what is told of earlier proposals."""

    people: int
    openings: tuple[int, ...]
    worth: Mapping[tuple[int, int], int]
    told: tuple[Told, ...] = ()
    must: tuple[tuple[int, int], ...] = ()
    loss: str = "0.0"
    most: int | None = None

    def policy(self) -> str:
        """The policy: listed pairs only, and a budget of placements where there is one."""
        limit = "" if self.most is None else f'[[budget]]\nname = "few"\nunit = "placements"\nmax = {self.most}\n'
        return (
            f'[pairing]\nsource = "pairs"\n[night]\nretry_days = {RETRY}\n[stability]\nmax_loss = {self.loss}\n{limit}'
        )

    def tables(self) -> dict[str, pa.Table]:
        """The bundle."""
        listed = sorted(self.worth)
        tables = {
            "candidates": pa.table({"candidate_id": [f"c{i}" for i in range(self.people)]}),
            "vacancies": pa.table(
                {
                    "vacancy_id": [f"v{j}" for j in range(len(self.openings))],
                    "openings": pa.array(self.openings, pa.int32()),
                }
            ),
            "pairs": pa.table(
                {
                    "candidate_id": pa.array([f"c{i}" for i, _ in listed], pa.string()),
                    "vacancy_id": pa.array([f"v{j}" for _, j in listed], pa.string()),
                    "eligible": pa.array([True] * len(listed), pa.bool_()),
                    "value": pa.array([self.worth[pair] for pair in listed], pa.int64()),
                    "pin": pa.array(["must" if pair in self.must else None for pair in listed], pa.string()),
                }
            ),
        }
        if self.told:
            dates = [None if one.days is None else DAY - dt.timedelta(days=one.days) for one in self.told]
            tables["previous"] = pa.table(
                {
                    "candidate_id": [f"c{one.person}" for one in self.told],
                    "vacancy_id": [f"v{one.vacancy}" for one in self.told],
                    "status": pa.array([one.status for one in self.told], pa.string()),
                    "status_date": pa.array(dates, pa.date32()),
                }
            )
        return tables

    def run(self) -> MatchReport:
        """Match, and have every figure checked."""
        report = match_tables(RawTables(self.tables()), parse_policy(self.policy()), run_date=DAY)
        check(report.case, report.tables, claims_of(report))
        return report

    # What follows is the contract by brute force, and shares nothing with the engine.

    def last(self) -> dict[tuple[int, int], str]:
        """The status that counts of every pair."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for one in self.told:
            rank = (-(10**6) if one.days is None else -one.days, _LIFE.index(one.status or "proposed"))
            pair = (one.person, one.vacancy)
            found[pair] = max(found.get(pair, rank), rank)
        return {pair: _LIFE[at] for pair, (_, at) in found.items()}

    def held(self) -> set[tuple[int, int]]:
        """Pairs that every plan has."""
        accepted = {pair for pair, status in self.last().items() if status in _WORK}
        return accepted | set(self.must)

    def eligible(self) -> set[tuple[int, int]]:
        """Pairs that a plan may have."""
        last = self.last()
        declined = {
            (one.person, one.vacancy)
            for one in self.told
            if (one.status or "").startswith("declined") and (one.days is None or one.days < RETRY)
        }
        declined -= {pair for pair, status in last.items() if status in {"accepted", "started"}}
        return set(self.worth) - declined

    def plans(self) -> Iterator[tuple[dict[int, int], int]]:
        """Every plan with its points."""
        eligible, held = self.eligible(), self.held()
        choices: list[list[int]] = []
        for person in range(self.people):
            mine = [j for i, j in sorted(held) if i == person]
            free = [-1] + [j for i, j in sorted(eligible) if i == person and self.worth[i, j] > 0]
            choices.append(mine if mine else free)

        def extend(plan: dict[int, int], person: int, left: Sequence[int]) -> Iterator[dict[int, int]]:
            if person == self.people:
                yield plan
                return
            for seat in choices[person]:
                if seat < 0:
                    yield from extend(plan, person + 1, left)
                elif left[seat]:
                    fewer = [count - (at == seat) for at, count in enumerate(left)]
                    yield from extend({**plan, person: seat}, person + 1, fewer)

        for plan in extend({}, 0, self.openings):
            if self.most is None or len(plan) <= self.most:
                yield plan, sum(self.worth.get(pair, 0) for pair in plan.items())

    def possible(self) -> bool:
        """Whether there is a plan."""
        held = self.held()
        people = [i for i, _ in held]
        full = [sum(v == j for _, v in held) <= count for j, count in enumerate(self.openings)]
        few = self.most is None or len(held) <= self.most
        return len(set(people)) == len(people) and all(full) and held <= self.eligible() and few

    def proposed(self) -> set[tuple[int, int]]:
        """Earlier proposals that are still eligible."""
        return {pair for pair, status in self.last().items() if status == "proposed"} & self.eligible()

    def best(self) -> tuple[int, int, int]:
        """The optimum, what a plan must be worth, and the fewest changes of such a plan."""
        plans = list(self.plans())
        top = max(points for _, points in plans)
        asked = top * (1 - Fraction(self.loss))
        least = top if top <= 0 else -(-asked.numerator // asked.denominator)
        wanted = self.proposed()
        kept = max(len(wanted & set(plan.items())) for plan, points in plans if points >= least)
        return top, least, len(wanted) - kept


@st.composite
def nights(draw: st.DrawFn, *, limited: bool = False, pins: bool = True) -> Night:
    """Any small night."""
    people, vacancies = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    pairs = [(i, j) for i in range(people) for j in range(vacancies)]
    worth = draw(st.dictionaries(st.sampled_from(pairs), st.integers(-2, 12), max_size=16))
    told = draw(
        st.lists(
            st.builds(
                Told,
                st.integers(0, people - 1),
                st.integers(0, vacancies - 1),
                st.sampled_from(STATUSES if pins else [one for one in STATUSES if one not in {"accepted", "started"}])
                | st.just("proposed"),
                st.sampled_from([None, 0, 5, RETRY - 1, RETRY, 200]),
            ),
            max_size=7,
        )
    )
    # Who has work keeps it whether or not the pair is listed; here every such pair is, so that its worth is known.
    worth |= {
        (one.person, one.vacancy): 1 for one in told if (one.person, one.vacancy) not in worth and one.status in _WORK
    }
    must = draw(st.lists(st.sampled_from(sorted(worth)), max_size=1)) if worth and pins else []
    return Night(
        people,
        tuple(draw(st.lists(st.integers(0, 3), min_size=vacancies, max_size=vacancies))),
        worth,
        tuple(told),
        tuple(must),
        draw(st.sampled_from(["0.0", "0.05", "0.1", "0.25", "0.5", "1.0"])),
        draw(st.integers(0, 4)) if limited else None,
    )


def without(night: Night) -> Night:
    """The same night, nothing told."""
    return replace(night, told=())

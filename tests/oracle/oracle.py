"""What the engine must answer for a bundle: the optimum, the prices, and every row of every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from .bundles import Bundle
from .check import check_outputs
from .clean import RULES, Faults, Policy, Row, World, read_folder, read_policy, read_world
from .flow import prices, solve
from .judge import Pair, Verdict, judge, obtainable, to_arrange
from .score import lks, p_micro, p_start_micro, points

__all__ = ["Expected", "Record", "check_outputs", "expected"]

FIRST_FOUR = ("CONTROL_ARM", "CLOSED", "FORBIDDEN", "DISTANCE")


@dataclass
class Record:
    """All there is to know about one existing pair; the score fields only matter where the pair is eligible."""

    pair: Pair
    verdict: Verdict
    points: int = 0
    p_micro: int = 0
    p_start_micro: int = 0
    lks: Decimal = Decimal("0.00")
    lks_basis: str = "none"
    to_arrange: list[str] = field(default_factory=list)
    to_arrange_also: list[str] = field(default_factory=list)  # a second defensible reading, see docs of the check

    @property
    def eligible(self) -> bool:
        return self.verdict.eligible


@dataclass
class Expected:
    """The oracle's answer. ``seat_of`` is one optimal assignment; the engine may return another of equal worth."""

    world: World
    by_person: dict[str, dict[str, Record]]  # person -> vacancy -> existing pair
    by_vacancy: dict[str, dict[str, Record]]
    optimum: int
    seat_of: dict[str, str]
    price: dict[str, int | None]
    price_next: dict[str, int]

    @property
    def run_date(self) -> date:
        return self.world.run_date

    @property
    def policy(self) -> Policy:
        return self.world.policy

    @property
    def faults(self) -> Faults:
        """(file without suffix, 1-based row) to every (column, code) that may be named for that row."""
        return self.world.faults

    @property
    def n_eligible(self) -> int:
        return sum(record.eligible for row in self.by_person.values() for record in row.values())

    def eligible(self, candidate_id: str) -> dict[str, Record]:
        """The person's eligible pairs."""
        return {v: record for v, record in self.by_person[candidate_id].items() if record.eligible}

    def openings(self, vacancy_id: str) -> int:
        openings: int = self.world.vacancies[vacancy_id]["openings"]
        return openings

    def expected_durable(self, assignment: Iterable[tuple[str, str]]) -> Fraction:
        """Sum of p_start x p_durable over assigned paid pairs."""
        records = [self.by_person[person][vacancy] for person, vacancy in assignment]
        return sum(
            (Fraction(r.p_start_micro * r.p_micro, 10**12) for r in records if not r.pair.unpaid),
            start=Fraction(0),
        )

    def rank(self, candidate_id: str, vacancy_id: str) -> int:
        """1 + eligible vacancies with strictly more points."""
        own = self.by_person[candidate_id][vacancy_id].points
        return 1 + sum(record.points > own for record in self.eligible(candidate_id).values())

    def alternatives(self, candidate_id: str, vacancy_id: str) -> list[str]:
        """The next three vacancies with openings, by points minus price, ties to the lower id."""
        margins = []
        for other, record in self.eligible(candidate_id).items():
            price = self.price[other]
            if other != vacancy_id and price is not None:
                margins.append((price - record.points, other))
        return [other for _, other in sorted(margins)[:3]]

    def assigned_row(self, candidate_id: str, vacancy_id: str) -> Row:
        """The row of assignments.parquet for an eligible pair, were it assigned."""
        record = self.by_person[candidate_id][vacancy_id]
        pair = record.pair
        return {
            "candidate_id": candidate_id,
            "vacancy_id": vacancy_id,
            "employer_id": pair.vacancy["employer_id"],
            "agency_id": pair.vacancy["agency_id"],
            "lane": pair.vacancy["lane"] or "regular",
            "p_durable": record.p_micro / 1e6,
            "p_start": record.p_start_micro / 1e6,
            "points": record.points,
            "travel_km": None if pair.metres is None else pair.metres / 1000,
            "hours_week": None if pair.hours is None else pair.hours / 100,
            "loonwaarde_pct": None if pair.loonwaarde_bp is None else pair.loonwaarde_bp / 100,
            "lks_eur_month": record.lks,
            "lks_basis": record.lks_basis,
            "rank": self.rank(candidate_id, vacancy_id),
            "vacancy_price": self.price[vacancy_id],
            "pinned": False,
            "kept": False,
            "to_check": record.verdict.passed_on_unknown,
            "to_arrange": record.to_arrange,
            "alternatives": self.alternatives(candidate_id, vacancy_id),
        }

    def unassigned_row(self, candidate_id: str) -> Row:
        """The row of unassigned.parquet, were the person unassigned; prices alone decide it, not the assignment."""
        records = self.by_person[candidate_id]
        eligible = self.eligible(candidate_id)
        control = self.world.persons[candidate_id]["arm"] == "control"
        only_unknown = [record.verdict for record in records.values() if record.verdict.only_unknown]
        missing = {code for verdict in only_unknown for code in verdict.failed_on_unknown}
        wanted = []
        for vacancy, record in eligible.items():
            price = self.price[vacancy]
            if price is not None and record.points > 0:
                wanted.append((price - record.points, vacancy, record.points))
        shortfall, best, best_points = min(wanted, default=(None, None, None))
        if control:
            reason = "CONTROL_ARM"
        elif not eligible:
            reason = "MISSING_DATA" if only_unknown else "NO_ELIGIBLE_VACANCY"
        elif all(record.points <= 0 for record in eligible.values()):
            reason = "NO_VALUE"
        else:
            reason = "OUTCOMPETED"
        rule, rule_unknown = (None, False) if control else main_obstacle(records.values())
        return {
            "candidate_id": candidate_id,
            "reason": reason,
            "rule": rule,
            "rule_unknown": rule_unknown,
            "missing": [code for code in RULES if code in missing],
            "n_eligible": len(eligible),
            "best_vacancy_id": best,
            "best_points": best_points,
            "shortfall": shortfall,
        }

    def vacancy_row(self, vacancy_id: str, filled: int) -> Row:
        """The row of vacancies_report.parquet."""
        records = self.by_vacancy[vacancy_id]
        return {
            "vacancy_id": vacancy_id,
            "openings": self.openings(vacancy_id),
            "filled": filled,
            "price": self.price[vacancy_id],
            "price_next": self.price_next[vacancy_id],
            "n_eligible": sum(record.eligible for record in records.values()),
            "rule": main_obstacle(records.values())[0],
        }


def main_obstacle(records: Iterable[Record]) -> tuple[str | None, bool]:
    """The rule that removed most, and whether it did so on unknown in more than half of the pairs it removed."""
    verdicts = [record.verdict for record in records]
    past_four = [verdict for verdict in verdicts if verdict.code not in FIRST_FOUR]
    pool = past_four or verdicts
    removed = Counter(verdict.code for verdict in pool if verdict.code is not None)
    if not removed:
        return None, False
    rule = max(RULES, key=lambda code: (removed[code], -RULES.index(code)))
    on_unknown = sum(verdict.code == rule and rule in verdict.failed_on_unknown for verdict in pool)
    return rule, 2 * on_unknown > removed[rule]


def record_of(pair: Pair) -> Record:
    """Judge one pair, and score it where it is eligible."""
    record = Record(pair, judge(pair))
    if record.eligible:
        record.points, record.p_micro, record.p_start_micro = points(pair), p_micro(pair), p_start_micro(pair)
        record.lks, record.lks_basis = lks(pair)
        record.to_arrange = record.to_arrange_also = to_arrange(pair)
        # Contract silent: CERTIFICATE switched off, or unknown turned into a pass. "To obtain" may then leave out
        # what cannot be obtained in time.
        if not pair.granted:
            record.to_arrange_also = [code for code in record.to_arrange if obtainable(pair, code)]
    return record


def expected(bundle: Bundle | str | Path, run_date: date | None = None) -> Expected:
    """The answer for a bundle in memory or a folder."""
    world = world_of(bundle, run_date)
    assert all(fact["pin"] != "must" for fact in world.facts.values()), "see limited() for pins and limits"
    by_person, by_vacancy = records_of(world)
    worth: Mapping[str, Mapping[str, int]] = {
        person: {vacancy: record.points for vacancy, record in row.items() if record.eligible}
        for person, row in by_person.items()
    }
    openings = {vacancy: row["openings"] for vacancy, row in world.vacancies.items()}
    plan = solve(worth, openings)
    price, price_next = prices(worth, openings, plan)
    return Expected(world, by_person, by_vacancy, plan.total, plan.seat_of, price, price_next)


def world_of(bundle: Bundle | str | Path, run_date: date | None = None) -> World:
    """The clean rows of a bundle in memory or a folder."""
    if isinstance(bundle, Bundle):
        day = run_date or read_policy(bundle.policy).run_date or bundle.run_date
        return read_world(bundle.tables, bundle.policy, day)
    return read_world(*read_folder(Path(bundle)), run_date)


def records_of(world: World) -> tuple[dict[str, dict[str, Record]], dict[str, dict[str, Record]]]:
    """Every existing pair, by person and then vacancy, and the other way round."""
    by_person: dict[str, dict[str, Record]] = {person: {} for person in world.persons}
    by_vacancy: dict[str, dict[str, Record]] = {vacancy: {} for vacancy in world.vacancies}
    nothing: Row = {}
    for person, person_row in world.persons.items():
        for vacancy, vacancy_row in world.vacancies.items():
            fact = world.facts.get((person, vacancy))
            if fact is None and world.policy.source == "pairs":
                continue
            record = record_of(Pair(person_row, vacancy_row, fact or nothing, world))
            by_person[person][vacancy] = by_vacancy[vacancy][person] = record
    return by_person, by_vacancy

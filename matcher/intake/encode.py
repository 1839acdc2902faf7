"""From accepted rows to whole numbers in canonical order, and the codebook that leads back."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.headline import Headline
from matcher.domain.policy import Policy
from matcher.domain.tables import DAY_UNKNOWN, Agencies, Codebook, Facts, Problem
from matcher.intake.assumed import assumed
from matcher.intake.jobs import encode_vacancies
from matcher.intake.limits import state
from matcher.intake.people import encode_candidates
from matcher.intake.rows import Accepted, Rows, match_ids
from matcher.intake.travel import place_codes
from matcher.intake.vocabularies import Vocabularies, code_column
from matcher.units import scaled

_EPOCH = dt.date(1970, 1, 1)
_PLACED_AT_LEAST = 10  # one in ten rows needs a place, else DISTANCE says nothing


def encode(accepted: Accepted, policy: Policy, run_date: dt.date) -> tuple[Problem, Codebook, tuple[Headline, ...]]:
    """Encode a bundle.

    Parameters
    ----------
    accepted
        Validated rows.
    policy
        Gives the default travel limits, obtainable certificates, the pairing source, and limits.
    run_date
        The day the run is for.

    Returns
    -------
    Problem, Codebook
        People and vacancies sorted by id (code points); the way back.
    warnings
        Headlines about the bundle.

    Raises
    ------
    PolicyError
        A budget is in a unit that neither the contract nor resources.parquet knows.
    """
    people, jobs = _sorted(accepted["candidates"], "candidate_id"), _sorted(accepted["vacancies"], "vacancy_id")
    run_d = (run_date - _EPOCH).days
    words = Vocabularies(people, jobs, accepted)
    places, home, work = place_codes(people, jobs, accepted["places"])
    distance_on, warnings = _distance(policy, home, work)
    pairs, facts = _facts(accepted["pairs"], people, jobs)
    problem = Problem(
        run_d=run_d,
        candidates=encode_candidates(people, accepted["sensitive"], words, policy, home),
        vacancies=encode_vacancies(jobs, words, policy, work, run_d),
        facts=facts,
        places=places,
        agencies=Agencies(_admissions(words.agencies, accepted["agencies"])),
        distance_on=distance_on,
        listed_only=policy.pairing.source == "pairs",
        stated=state(people, jobs, pairs, accepted, words=words, policy=policy),
    )
    return problem, words.codebook(people, jobs), (*warnings, *assumed(people, jobs, home, work))


def _distance(policy: Policy, home: NDArray[np.int32], work: NDArray[np.int32]) -> tuple[bool, tuple[Headline, ...]]:
    if not policy.rules.DISTANCE.enabled:
        return False, ()
    for name, place in (("candidates", home), ("vacancies", work)):
        placed = int((place >= 0).sum())
        if placed * _PLACED_AT_LEAST < place.size:
            text = f"DISTANCE is off: only {placed} of {place.size} {name} have a place. Add places.parquet, or lat and lon."
            figures: dict[str, int | str] = {"file": f"{name}.parquet", "placed": placed, "rows": place.size}
            return False, (Headline("DISTANCE_OFF", text, figures),)
    return True, ()


def _sorted(rows: Rows, key: str) -> Rows:
    ids = rows.words(key)
    # Spellings are numbered in code-point order, so codes sort as ids do.
    order = np.argsort(ids.code, kind="stable")
    return Rows(rows.row[order], {name: column.take(order) for name, column in rows.columns.items()})


def _facts(pairs: Rows, people: Rows, jobs: Rows) -> tuple[Rows, Facts]:
    """Rows of pairs in the order of the problem, and what they say."""
    candidate = match_ids(pairs.words("candidate_id"), people.words("candidate_id"))
    vacancy = match_ids(pairs.words("vacancy_id"), jobs.words("vacancy_id"))
    order = np.lexsort((vacancy, candidate))
    pairs = Rows(pairs.row[order], {name: column.take(order) for name, column in pairs.columns.items()})
    start = pairs.numbers("p_start")
    pin, eligible = code_column(pairs.words("pin"), codes.PINS), pairs.flags("eligible")
    pinned = pin == codes.PINS.index("must")
    return pairs, Facts(
        candidate=candidate[order].astype(np.int32),
        vacancy=vacancy[order].astype(np.int32),
        loonwaarde_bp=scaled(pairs.numbers("loonwaarde_pct"), 100).astype(np.int32),
        travel_min=pairs.numbers("travel_min"),
        travel_m=scaled(pairs.numbers("travel_km"), 1000),
        p_durable_micro=scaled(pairs.numbers("p_durable"), 1_000_000).astype(np.int32),
        p_start_micro=scaled(np.where(np.isnan(start), 1.0, start), 1_000_000).astype(np.int32),
        value=pairs.wholes("value", 0),
        has_value=pairs.known("value"),
        # A pin overrules what eligible = true overrules, and no more: what the file excludes stays excluded.
        eligible=np.where(pinned & (eligible < 0), 1, eligible).astype(np.int8),
        forbidden=pin == codes.PINS.index("forbid"),
        pinned=pinned,
        trial_done=pairs.flags("trial_done") == 1,
        trial_known=pairs.flags("trial_done") >= 0,
    )


def _admissions(agencies: list[str], table: Rows) -> NDArray[np.int32]:
    until = dict(zip(table.words("agency_id").texts(), table.days("admitted_until").tolist(), strict=True))
    return np.array([until.get(name, DAY_UNKNOWN) for name in agencies], dtype=np.int32)

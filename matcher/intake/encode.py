"""From accepted rows to whole numbers in canonical order, and the codebook that leads back."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.headline import Headline
from matcher.domain.policy import Policy
from matcher.domain.previous import HELD, Previous
from matcher.domain.tables import DAY_UNKNOWN, Agencies, Codebook, Facts, Problem
from matcher.intake.assumed import assumed
from matcher.intake.jobs import encode_vacancies
from matcher.intake.limits import state
from matcher.intake.people import encode_candidates
from matcher.intake.previous import encode_previous, forbidden_pairs, rows_at, with_silent_rows
from matcher.intake.rows import Accepted, Rows, match_ids
from matcher.intake.travel import place_codes
from matcher.intake.vocabularies import Vocabularies, code_column
from matcher.units import scaled

_EPOCH = dt.date(1970, 1, 1)
_Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]
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
    previous = encode_previous(accepted["previous"], people, jobs)
    forbidden = forbidden_pairs(
        accepted["previous"], people, jobs, previous, run_d=run_d, retry_days=policy.night.retry_days
    )
    pairs, facts = _facts(
        accepted["pairs"], people, jobs, previous, declined=forbidden, listed_only=policy.pairing.source == "pairs"
    )
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
        previous=previous,
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


def _facts(
    pairs: Rows, people: Rows, jobs: Rows, previous: Previous, *, declined: _Pairs, listed_only: bool
) -> tuple[Rows, Facts]:
    """Rows of pairs in the order of the problem, and what they and earlier proposals say."""
    candidate = match_ids(pairs.words("candidate_id"), people.words("candidate_id"))
    vacancy = match_ids(pairs.words("vacancy_id"), jobs.words("vacancy_id"))
    size = max(1, len(jobs))
    kept = np.isin(previous.status, HELD)
    held_pair = previous.candidate[kept].astype(np.int64) * size + previous.vacancy[kept]
    off_pair = declined[0].astype(np.int64) * size + declined[1]
    # Where only listed pairs exist, a decline makes none; who has work keeps it all the same.
    told = held_pair if listed_only else np.concatenate([held_pair, off_pair])
    more = np.setdiff1d(told, candidate * size + vacancy)
    pairs = with_silent_rows(pairs, more.size)
    candidate, vacancy = np.concatenate([candidate, more // size]), np.concatenate([vacancy, more % size])
    order = np.lexsort((vacancy, candidate))
    pairs, candidate, vacancy = rows_at(pairs, order), candidate[order], vacancy[order]
    start = pairs.numbers("p_start")
    pin, eligible = code_column(pairs.words("pin"), codes.PINS), pairs.flags("eligible")
    held = np.isin(candidate * size + vacancy, held_pair)
    pinned = (pin == codes.PINS.index("must")) | held
    return pairs, Facts(
        candidate=candidate.astype(np.int32),
        vacancy=vacancy.astype(np.int32),
        loonwaarde_bp=scaled(pairs.numbers("loonwaarde_pct"), 100).astype(np.int32),
        travel_min=pairs.numbers("travel_min"),
        travel_m=scaled(pairs.numbers("travel_km"), 1000),
        p_durable_micro=scaled(pairs.numbers("p_durable"), 1_000_000).astype(np.int32),
        p_start_micro=scaled(np.where(np.isnan(start), 1.0, start), 1_000_000).astype(np.int32),
        value=pairs.wholes("value", 0),
        has_value=pairs.known("value"),
        # A pin overrules what eligible = true overrules, and no more: what the file excludes stays excluded.
        eligible=np.where(pinned & (eligible < 0), 1, eligible).astype(np.int8),
        forbidden=(pin == codes.PINS.index("forbid")) | np.isin(candidate * size + vacancy, off_pair),
        pinned=pinned,
        held=held,
        trial_done=pairs.flags("trial_done") == 1,
        trial_known=pairs.flags("trial_done") >= 0,
    )


def _admissions(agencies: list[str], table: Rows) -> NDArray[np.int32]:
    until = dict(zip(table.words("agency_id").texts(), table.days("admitted_until").tolist(), strict=True))
    return np.array([until.get(name, DAY_UNKNOWN) for name in agencies], dtype=np.int32)

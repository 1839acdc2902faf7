"""Candidates as whole numbers."""

import numpy as np
from numpy.typing import NDArray

from matcher.domain import codes
from matcher.domain.policy import Policy
from matcher.domain.tables import COMPLETENESS_COLUMNS, Candidates, Sets
from matcher.intake.forms import WordLists
from matcher.intake.rows import Rows, is_known, match_ids
from matcher.intake.sets import from_pairs, numbered, to_sets, vocabulary
from matcher.intake.text import fold
from matcher.intake.travel import reach
from matcher.intake.vocabularies import Vocabularies, bit_mask, code_column, id_codes, language_levels
from matcher.units import scaled


def encode_candidates(
    people: Rows, sensitive: Rows, words: Vocabularies, policy: Policy, home: NDArray[np.int32]
) -> Candidates:
    """Encode people; ``home`` is the place code of each, ``sensitive`` the rows kept apart."""
    apart = match_ids(people.words("candidate_id"), sensitive.words("candidate_id"))
    limitations = _merged(people, sensitive, apart, "limitations")
    blockers = _merged(people, sensitive, apart, "blockers")
    limits = reach(people, policy)
    level, open_level = language_levels(people.lists("languages"), words.languages)
    shifts, contracts = people.lists("shifts"), people.lists("contracts")
    arm = code_column(people.words("arm"), codes.ARMS)
    priority, alone = people.numbers("priority"), people.numbers("p_alone")
    return Candidates(
        place=home,
        control=arm == codes.ARMS.index("control"),
        reach_km_m=limits.km_m,
        reach_time_m=limits.time_m,
        time_limit_min=limits.time_min,
        travel_half_m=limits.half_m,
        travel_far_m=limits.far_m,
        skills=to_sets(people.lists("skills"), numbered(words.skills)),
        loonwaarde_bp=scaled(people.numbers("loonwaarde_pct"), 100).astype(np.int32),
        lks_eligible=people.flags("lks_eligible"),
        ladder_step=people.wholes("ladder_step").astype(np.int8),
        ladder_potential=people.wholes("ladder_potential").astype(np.int8),
        hours_min_c=scaled(people.numbers("hours_min"), 100).astype(np.int32),
        hours_max_c=scaled(people.numbers("hours_max"), 100).astype(np.int32),
        available_from_d=people.days("available_from"),
        available_until_d=people.days("available_until"),
        licences=_held_licences(people.lists("licences"), words.licences),
        certificates=to_sets(people.lists("certificates"), numbered(words.certificates)),
        language_level=level,
        language_open=open_level,
        education=people.wholes("education_level").astype(np.int8),
        age=people.wholes("age").astype(np.int16),
        shifts=bit_mask(shifts, codes.SHIFTS).astype(np.uint8),
        shifts_known=shifts.known,
        contracts=bit_mask(contracts, codes.CONTRACTS).astype(np.uint32),
        contracts_known=contracts.known,
        limitations=to_sets(limitations, numbered(words.loads)),
        blockers=_blocker_count(blockers),
        needs_support=people.flags("needs_support"),
        agency=id_codes(people.words("agency_id"), words.agencies),
        share_agencies=to_sets(people.lists("share_agencies"), numbered(words.agencies), str),
        consent=people.flags("consent"),
        motivation=people.wholes("motivation").astype(np.int8),
        months_on_benefit=people.wholes("months_on_benefit").astype(np.int16),
        wanted=_wanted(people.lists("occupations_wanted"), words.occupations),
        priority_milli=scaled(np.where(np.isnan(priority), 1.0, priority), 1000),
        p_alone_micro=scaled(np.where(np.isnan(alone), 0.0, alone), 1_000_000),
        known_fields=_known_fields(people, home, limitations, blockers),
    )


def _merged(people: Rows, sensitive: Rows, row: NDArray[np.int64], name: str) -> WordLists:
    """The person's list from candidates, else from sensitive; validation saw to it that only one is there."""
    own = people.lists(name)
    if not len(sensitive):
        return own
    other = sensitive.lists(name).take(np.maximum(row, 0))
    use = (row >= 0) & other.known & ~own.known
    spelled = [*own.spelled, *other.spelled]
    mine, theirs = ~use[own.owner()], use[other.owner()]
    owner = np.concatenate([own.owner()[mine], other.owner()[theirs]])
    item = np.concatenate([own.item[mine], other.item[theirs] + len(own.spelled)]).astype(np.int32)
    order = np.argsort(owner, kind="stable")
    count = np.bincount(owner, minlength=len(people))
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    empty = np.empty(0, dtype=np.int32)
    return WordLists(start, item[order], own.known | use, spelled, empty, ())


def _held_licences(lists: WordLists, names: list[str]) -> Sets:
    """Licences held or implied by one held."""
    number = numbered(names)
    owner, item = lists.owner(), lists.item
    owners, held = [owner], [np.array([number.get(fold(word), -1) for word in lists.spelled], dtype=np.int32)[item]]
    for code, word in enumerate(lists.spelled):
        implied = [number[name] for name in sorted(_implied(fold(word)))]
        mine = owner[item == code]
        for one in implied:
            owners.append(mine)
            held.append(np.full(mine.size, one, dtype=np.int32))
    return from_pairs(np.concatenate(owners), np.concatenate(held).astype(np.int32), lists.known, len(names))


def _implied(licence: str) -> set[str]:
    found: set[str] = set()
    waiting = [licence]
    while waiting:
        for name in codes.LICENCE_IMPLIES.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _wanted(lists: WordLists, occupations: list[str]) -> Sets:
    """The vacancies' occupations that each person's wanted codes name, or lead to as a prefix of digits."""
    reached: list[list[int]] = []
    number = numbered(occupations)
    digits = [(place, word) for place, word in enumerate(occupations) if _is_digits(word)]
    for word in map(fold, lists.spelled):
        if _is_digits(word):
            reached.append([place for place, occupation in digits if occupation.startswith(word)])
        else:
            reached.append([number[word]] if word in number else [])
    count = np.array([len(places) for places in reached], dtype=np.int64)
    flat = np.array([place for places in reached for place in places], dtype=np.int32)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    if not lists.item.size:
        return from_pairs(np.empty(0, dtype=np.int64), flat[:0], lists.known, len(occupations))
    per_item = count[lists.item]
    offset = np.cumsum(per_item) - per_item
    at = np.arange(int(per_item.sum()), dtype=np.int64) - np.repeat(offset - start[lists.item], per_item)
    return from_pairs(np.repeat(lists.owner(), per_item), flat[at], lists.known, len(occupations))


def _is_digits(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _blocker_count(blockers: WordLists) -> NDArray[np.int16]:
    """Different blockers per person, "health" not counted (health is never scored); -1 unknown."""
    names = [word for word in vocabulary(blockers) if word != "health"]
    sets = to_sets(blockers, numbered(names))
    return np.where(sets.known, sets.count, -1).astype(np.int16)


def _known_fields(
    people: Rows, home: NDArray[np.int32], limitations: WordLists, blockers: WordLists
) -> NDArray[np.int16]:
    """How many of the columns that rules or scorecard use are filled, per person."""
    known = {"pc4": home >= 0, "limitations": limitations.known, "blockers": blockers.known}
    total = np.zeros(len(people), dtype=np.int16)
    for name in COMPLETENESS_COLUMNS:
        total += known[name] if name in known else is_known(people.columns[name])
    return total

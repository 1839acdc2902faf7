"""Kinds of contract, which Dutch files spread over several columns."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from matcher.importing.cells import NOTHING, Cell, Reader, Reading, Setting, plain_text
from matcher.importing.lists import read_list
from matcher.importing.names import squash
from matcher.importing.numerals import read_bool
from matcher.importing.texts import code_of, read_code
from matcher.importing.troubles import RefusedError, Step, Trouble
from matcher.importing.vum_codes import digits, groups
from matcher.importing.words import AGREEMENTS

_ORDINARY = ("bepaald", "onbepaald")
_WITH_CLAUSE = "with uitzendbeding"
_WITHOUT_CLAUSE = "without uitzendbeding"


def contract_of(kind: object, agreement: object, setting: Setting) -> str | None:
    """Return the contract that a VUM pair of codes stands for; None where an ordinary job leaves the kind open."""
    special = AGREEMENTS.get(squash(digits(agreement)), None) if digits(agreement) else ""
    if special is None:
        raise RefusedError(Trouble.UNKNOWN_CODE)
    ordinary = digits(kind)
    base = code_of(ordinary, setting)[0] if ordinary else None
    return special or base


def contracts(cell: Cell, setting: Setting) -> Reading:
    """contractvorm of a person: every form is one more that is accepted."""
    if isinstance(cell, str):
        return read_list(cell, setting)
    if not (told := groups(cell)):
        return NOTHING
    found: list[str] = []
    for one in told:
        code = contract_of(one.get("codeTypeArbeidscontract"), one.get("codeTypeOvereenkomst"), setting)
        # An ordinary job without more is accepted on either footing.
        found += [word for word in ([code] if code else _ORDINARY) if word not in found]
    return Reading(found, (Step.CONTRACT_VUM,))


def contract(cell: Cell, setting: Setting) -> Reading:
    """contractvorm of a vacancy, which our contract holds to one."""
    if isinstance(cell, str):
        return read_code(cell, setting)
    if not (told := groups(cell)):
        return NOTHING
    kinds = {contract_of(one.get("codeTypeArbeidscontract"), one.get("codeTypeOvereenkomst"), setting) for one in told}
    known = sorted(kind for kind in kinds if kind is not None)
    if len(known) == 2 and set(known) == set(_ORDINARY):
        return Reading("bepaald", (Step.CONTRACT_VUM, Step.CONTRACT_SEVERAL))
    if len(known) > 1:
        raise RefusedError(Trouble.CONTRADICTION)
    return Reading(known[0] if known else None, (Step.CONTRACT_VUM,))


def agreement(cell: Cell, setting: Setting) -> Reading:
    """The kind of agreement of a vacancy: a VUM code, or a contract of its own such as uitzend or detachering."""
    text = digits(cell)
    if not text:
        return NOTHING
    if squash(text) in AGREEMENTS:
        return Reading(AGREEMENTS[squash(text)] or None, (Step.OVEREENKOMST,))
    return Reading(code_of(text, setting)[0], (Step.OVEREENKOMST,))


def clause(cell: Cell, setting: Setting) -> Reading:
    """The uitzendbeding, ja or nee; the words are for `one_contract` only."""
    told = read_bool(cell, setting) if not isinstance(cell, str) else read_bool(plain_text(cell)[0], setting)
    if told.value is None:
        return told
    return Reading(_WITH_CLAUSE if told.value else _WITHOUT_CLAUSE, (Step.UITZENDBEDING,))


def one_contract(parts: Sequence[Reading]) -> Reading:
    """Put the contract of a vacancy together from its columns; raises CONTRADICTION where they disagree."""
    steps = tuple(step for part in parts for step in part.steps)
    told = [part.value for part in parts if isinstance(part.value, str)]
    clauses = {word for word in told if word in (_WITH_CLAUSE, _WITHOUT_CLAUSE)}
    kinds = {word for word in told if word not in clauses}
    # A training post on a temporary contract is a training post.
    special = kinds - set(_ORDINARY) or kinds
    if len(special) > 1 or len(clauses) > 1:
        raise RefusedError(Trouble.CONTRADICTION)
    kind = next(iter(special), None)
    if _WITH_CLAUSE in clauses:
        if kind not in (None, "uitzend", "uitzend_beding"):
            raise RefusedError(Trouble.CONTRADICTION)
        return Reading("uitzend_beding", steps)
    if _WITHOUT_CLAUSE in clauses and kind == "uitzend_beding":
        raise RefusedError(Trouble.CONTRADICTION)
    return Reading(kind, steps)


CONTRACT_READERS: Mapping[str, Reader] = MappingProxyType(
    {"overeenkomst": agreement, "uitzendbeding": clause, "vum_contract": contract, "vum_contracts": contracts}
)

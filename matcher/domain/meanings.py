"""What the codes in the outputs mean, one line each; the reference pages and their tests read it."""

from collections.abc import Mapping
from types import MappingProxyType

from matcher.domain.codes import Fault, Reason

FAULTS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.MISSING_COLUMN: "a required column is missing; the run stops",
        Fault.UNKNOWN_COLUMN: "nobody reads this column; near misses of a known name deserve a look",
        Fault.WRONG_TYPE: "the column has a type that its kind does not accept; it counts as unknown, or the run stops where that "
        "would drop a demand",
        Fault.MISSING_VALUE: "a required cell is empty; the row is rejected",
        Fault.OUT_OF_RANGE: "a number or date outside its range; the row is rejected",
        Fault.NOT_FINITE: "infinity; the row is rejected",
        Fault.NOT_INTEGER: "a fraction in a column of whole numbers; the row is rejected",
        Fault.TOO_LONG: "a text of more than 10,000 characters, or a list of more than 2,000 elements; the row is rejected",
        Fault.UNKNOWN_CODE: "no code of a closed list: a scalar rejects the row (error), an element of a list is dropped (warning)",
        Fault.DUPLICATE_ID: "the key stands in several rows; all of them are rejected",
        Fault.DANGLING_REFERENCE: "points at a row that does not exist or was rejected",
        Fault.MIN_ABOVE_MAX: "the least is above the most; the row is rejected",
        Fault.DATES_REVERSED: "the last day lies before the first; both are used as they stand",
        Fault.IN_TWO_FILES: "limitations or blockers of one person stand in candidates and in sensitive; both rows are rejected",
        Fault.PLACED_ELSEWHERE: "the person accepted or started at a vacancy that vacancies.parquet lacks, and is left out of the run",
        Fault.BSN_LIKE: "the column looks like BSNs; the run stops",
        Fault.UNKNOWN_PLACE: "places.parquet lacks the postcode, so the place is unknown",
        Fault.NOT_SUPPORTED: "the contract knows it and this version does not; the run stops",
    }
)

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.CONTROL_ARM: "the person is in the control arm of a trial",
        Reason.NO_ELIGIBLE_VACANCY: "no vacancy passes every rule",
        Reason.MISSING_DATA: "none does, but one would if every unknown passed; `missing` names the rules",
        Reason.NO_VALUE: "all eligible pairs are worth no points",
        Reason.LIMITED_BY_POLICY: "an eligible vacancy is worth more than its price, or has room, and a limit or the time stood in the way",
        Reason.OUTCOMPETED: "the places that fit bring more in all when others get them",
    }
)

WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "COLUMN_UNUSABLE": "a column has the wrong type and counts as unknown",
        "DISTANCE_OFF": "fewer than a tenth of the rows of candidates or vacancies have a place, so DISTANCE is off",
        "FEW_PLACES": "more than a tenth, but fewer than nine tenths, of the filled postcodes or points of a table have a known place",
        "FEW_VACANCIES_FIT": "no person passes every rule for more than half of the vacancies with openings",
        "LANE_ASSUMED": "more than half of the vacancies have no lane and count as regular",
        "LIMITS_RELAXED": "limits and pins cannot all hold; the plan was made with --relax and keeps looser ones (`solver.relaxed`)",
        "LONG_BENEFIT_LAGS": "people of 24 months and more on benefit are placed at under 0.8 of the overall rate",
        "NOBODY_PLACED": "there are openings and people outside the control arm, and nobody is placed",
        "PLACED_ELSEWHERE": "people who accepted or started at a vacancy that the file lacks are left out of the run",
        "RULE_REMOVES_MOST": "one rule alone removes more than 90 % of the pairs that it could remove",
        "UNKNOWN_FILE": "a Parquet file in the bundle is not part of the contract and was not read",
        "WML_STALE": "the amounts of WML are older than six months; set [wage] in the policy, or update the package",
    }
)
"""Headline warnings of the manifest and of validate."""

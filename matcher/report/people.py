"""The sections about people, in counts: who was not placed and why, what missing data costs, money and guidance, and groups."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np

from matcher.domain.codes import Reason, Rule
from matcher.domain.wage import Basis
from matcher.report.audit import UNKNOWN, audit_groups
from matcher.report.facts import Planned, Say
from matcher.report.groups import SMALLEST, Compared, Group, of_selection, shown
from matcher.report.intervals import Interval
from matcher.report.parts import Cell, Key, Section, Table, bar, given, number
from matcher.report.plain import plain

_MOST_RULES, _MOST_COLUMNS = 8, 12


def unplaced(plan: Planned, say: Say) -> Section | None:
    """Show why people got no proposal; None where everybody got one."""
    table, words = plan.tables["unassigned"], say.words
    if not table.num_rows:
        return None
    reasons = Counter(table["reason"].to_pylist())
    most = max(reasons.values())
    head = [Cell(say("head_reason")), number(say("head_people")), number(say("head_share")), Cell(say("head_picture"))]
    rows = [
        [
            Cell(words.name("reason_short", reason).capitalize()),
            number(words.whole(n)),
            number(words.share(n / table.num_rows)),
            Cell(bar=bar((n, "full"), whole=most)),
        ]
        for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    tables = [Table(say("by_reason"), head, rows), *_rules(plan, say)]
    return Section("unplaced", say("unplaced"), lines=[say("unplaced_lead", n=table.num_rows)], tables=tables)


def _rules(plan: Planned, say: Say) -> Iterator[Table]:
    """The rule that stands most in the way of people for whom nothing fits."""
    table, words = plan.tables["unassigned"], say.words
    nothing = {Reason.NO_ELIGIBLE_VACANCY.value, Reason.MISSING_DATA.value}
    columns = (table[name].to_pylist() for name in ("reason", "rule", "rule_unknown"))
    found = [(rule, unknown) for reason, rule, unknown in zip(*columns, strict=True) if reason in nothing and rule]
    if not found:
        return
    count, on_unknown = Counter(rule for rule, _ in found), Counter(rule for rule, unknown in found if unknown)
    order = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    most = order[0][1]
    head = [
        Cell(say("head_rule")),
        number(say("head_people")),
        number(say("head_unknown")),
        Cell(say("head_picture")),
    ]
    rows = [
        [
            Cell(words.name("rule", rule).capitalize()),
            number(words.whole(n)),
            number(words.whole(on_unknown[rule])),
            Cell(bar=bar((n - on_unknown[rule], "full"), (on_unknown[rule], "part"), whole=most)),
        ]
        for rule, n in order[:_MOST_RULES]
    ]
    rest = sum(n for _, n in order[_MOST_RULES:])
    yield Table(say("by_rule"), head, rows, note=say("people_rest", n=rest) if rest else "")


def missing(plan: Planned, say: Say) -> Section:
    """Show what filling in data could open: people without a proposal for whom a vacancy would then perhaps fit."""
    table, words = plan.tables["unassigned"], say.words
    lists = zip(table["reason"].to_pylist(), table["missing"].to_pylist(), strict=True)
    found = [(reason, codes) for reason, codes in lists if codes]
    if not found:
        return Section("missing", say("missing"), lines=[say("missing_none")])
    first = Counter(code for reason, codes in found if reason == Reason.MISSING_DATA.value for code in codes)
    more = Counter(code for _, codes in found for code in codes)
    order = sorted(more, key=lambda code: (-first[code], -more[code], list(Rule).index(Rule(code))))
    most = max(more.values())
    head = [
        Cell(say("head_missing")),
        number(say("head_first")),
        number(say("head_more")),
        Cell(say("head_picture")),
    ]
    rows = [
        [
            Cell(words.name("unknown", code).capitalize()),
            number(words.whole(first[code])),
            number(words.whole(more[code])),
            Cell(bar=bar((first[code], "full"), (more[code] - first[code], "part"), whole=most)),
        ]
        for code in order
    ]
    keys = [Key("full", say("key_first")), Key("part", say("key_more"))]
    opened = sum(reason == Reason.MISSING_DATA.value for reason, _ in found)
    return Section(
        "missing",
        say("missing"),
        lines=[say("missing_lead", n=opened), say("missing_most")],
        keys=keys,
        tables=[Table(say("missing_table"), head, rows)],
    )


def money(plan: Planned, say: Say) -> Section:
    """Show the wage subsidy and the hours of guidance that the plan takes."""
    table, words = plan.tables["assignments"], say.words
    people: Counter[str] = Counter()
    euros: dict[str, Decimal] = {}
    for basis, amount in zip(table["lks_basis"].to_pylist(), table["lks_eur_month"].to_pylist(), strict=True):
        people[basis] += 1
        euros[basis] = euros.get(basis, Decimal(0)) + amount
    bases = [basis.value for basis in Basis if basis is not Basis.NONE and people[basis.value]]
    rows = [
        [
            Cell(say(f"basis_{basis}")),
            number(words.whole(people[basis])),
            number(words.amount(euros[basis]) if basis != Basis.UNKNOWN.value else say("dash")),
        ]
        for basis in bases
    ]
    total = sum(euros.values(), Decimal(0))
    rows.append(
        [
            Cell(say("total"), strong=True),
            number(words.whole(sum(people[basis] for basis in bases)), strong=True),
            number(words.amount(total), strong=True),
        ]
    )
    head = [Cell(say("head_basis")), number(say("head_people")), number(say("head_euros"))]
    stated = plan.problem.stated
    hours = np.asarray(stated.hours_c)[plan.person]
    lines = [say("coach_hours", hours=words.number(int(hours.sum()) / 100), people=int((hours > 0).sum()))]
    if np.asarray(stated.coach_hours_c).size:
        with_coach = int(hours[np.asarray(stated.coach)[plan.person] >= 0].sum()) / 100
        available = int(np.asarray(stated.coach_hours_c).sum()) / 100
        lines.append(say("coach_available", used=words.number(with_coach), hours=words.number(available)))
    caption = say("money_table")
    return Section("money", say("money"), lines=lines, tables=[Table(caption, head, rows, note=say("money_note"))])


def groups(plan: Planned, say: Say) -> Section:
    """Show who was placed, by the groups of the method's own report and by those of audit.parquet."""
    words = say.words
    tables = []
    for dimension, rows in plan.claims["selection_by"].items():
        named = [_renamed(group, words.name("group", f"{dimension} {group.name}")) for group in of_selection(rows)]
        tables.append(_table(words.name("group_by", dimension), named, say))
    lines = [say("groups_lead"), say("groups_range"), say("groups_hidden", n=SMALLEST)]
    if plan.audit is None:
        lines.append(say("groups_no_audit"))
    else:
        found = audit_groups(
            plan.audit,
            plan.codebook.candidate_ids,
            inside=~plan.problem.candidates.control,
            eligible=plan.eligible,
            assigned=plan.assigned,
        )
        lines.append(say("groups_audit"))
        for column, counted in list(found.items())[:_MOST_COLUMNS]:
            name = words.name_or("group_by", column)
            tables.append(_table(plain(name), [_audit_name(group, say) for group in counted], say))
        if (rest := len(found) - _MOST_COLUMNS) > 0:
            lines.append(say("groups_columns", n=rest))
    keys = [Key("soft", say("key_rate")), Key("span", say("key_range"))]
    return Section("groups", say("groups"), lines=lines, keys=keys, tables=tables)


def _renamed(group: Group, name: str) -> Group:
    return Group(name, group.people, group.eligible, group.assigned)


def _audit_name(group: Group, say: Say) -> Group:
    # The name that tells groups apart is the file's own; only what is not known gets a word of ours.
    return _renamed(group, say("unknown")) if group.name == UNKNOWN else group


def _table(caption: str, counted: Sequence[Group], say: Say) -> Table:
    found = shown(counted)
    head = [
        Cell(say("head_group")),
        number(say("head_people")),
        number(say("head_with")),
        number(say("head_placed")),
        number(say("head_rate")),
        Cell(say("head_picture")),
        number(say("head_ratio")),
    ]
    notes = []
    if found.hidden:
        notes.append(say("hidden", n=found.hidden))
    if found.others:
        notes.append(say("others", n=found.others))
    return Table(caption, head, [_row(one, say) for one in found.rows], note=" ".join(notes))


def _row(one: Compared, say: Say) -> list[Cell]:
    words, group = say.words, one.group
    low, high = one.rate_range.low, one.rate_range.high
    ratio = say("dash")
    if one.ratio is not None and one.ratio_range is not None:
        ratio = say("ratio", ratio=words.few(one.ratio), range=_range(one.ratio_range, say))
    return [
        given(group.name),
        number(words.whole(group.people)),
        number(words.share(group.eligible / group.people)),
        number(words.whole(group.assigned)),
        Cell(
            words.share(one.rate),
            number=True,
            strong=one.differs,
            small=say("range", low=words.share(low), high=words.share(high)),
        ),
        Cell(bar=bar((one.rate, "soft"), (1 - one.rate, "none"), span=(low, high))),
        Cell(ratio, number=True, strong=one.differs, small=say("differs") if one.differs else ""),
    ]


def _range(interval: Interval, say: Say) -> str:
    few = say.words.few
    if interval.high == float("inf"):
        return say("range_open", low=few(interval.low))
    return say("range", low=few(interval.low), high=few(interval.high))


def reading(say: Say) -> Section:
    """Say how to read the page."""
    names = ("durable", "points", "bound", "price", "interval", "subsidy", "decide")
    return Section("reading", say("reading"), terms=[(say(f"term_{name}"), say(f"means_{name}")) for name in names])

"""From an explanation to lines of text, in Dutch or English. The words themselves are data: `words_nl.toml`, `words_en.toml`."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from matcher.domain.shipped import shipped
from matcher.verdict.explanation import Better, Explanation, Factor, Missing, NoProposal, Part, Proposal

Language = Literal["nl", "en"]
_MICRO = 1_000_000


def explanation_lines(explanation: Explanation, language: Language = "nl") -> list[str]:
    """Write an explanation out, one sentence or list item per line: chances before points, never about anybody else."""
    words = _Words(language)
    lines = _opening(explanation, words)
    if explanation.proposal is not None:
        lines += _of_proposal(explanation, explanation.proposal, words)
    if explanation.no_proposal is not None:
        lines += _of_no_proposal(explanation, explanation.no_proposal, words)
    return [*lines, words.phrase("decide")]


class _Words:
    """The catalogue of one language, and how it writes numbers."""

    def __init__(self, language: Language) -> None:
        self._data: Mapping[str, Mapping[str, str]] = shipped(f"words_{language}")

    def name(self, section: str, key: str) -> str:
        return self._data[section][key]

    def phrase(self, key: str, **fields: Any) -> str:
        """Fill a phrase in: whole numbers and chances are written the way of the language."""
        ready = {name: self.whole(value) if isinstance(value, int) else value for name, value in fields.items()}
        return self._data["phrase"][key].format(**ready)

    def factor(self, factor: Factor) -> str:
        times = self._marks(f"{factor.micro / _MICRO:.3f}".rstrip("0").rstrip("."))
        return self._data["factor"][factor.name].format(percent=self.percent(factor.micro), times=times)

    def whole(self, value: int) -> str:
        return self._marks(f"{value:,}")

    def amount(self, value: Any) -> str:
        return self._marks(f"{value:,.2f}")

    def percent(self, micro: int) -> str:
        return f"{self._marks(f'{micro / 10_000:.1f}')} %"

    def change(self, micro: int) -> str:
        """Percentage points, with a sign."""
        return self._marks(f"{micro / 10_000:+.1f}".replace("-", "−"))

    def growth(self, micro: int) -> str:
        """Percentage points upwards, rounded up to a tenth: what is written is enough."""
        return self._marks(f"{-(-micro // 1000) / 10:.1f}")

    def _marks(self, text: str) -> str:
        swap = {",": self._data["number"]["thousands"], ".": self._data["number"]["decimal"]}
        return "".join(swap.get(sign, sign) for sign in text)


def _opening(explanation: Explanation, words: _Words) -> list[str]:
    proposal = explanation.proposal
    if proposal is None:
        return [words.phrase("unassigned", candidate=explanation.candidate_id)]
    lane = words.name("lane", proposal.lane)
    return [
        words.phrase("assigned", candidate=explanation.candidate_id, vacancy=proposal.vacancy_id, lane=lane),
    ]


def _of_proposal(explanation: Explanation, proposal: Proposal, words: _Words) -> Iterator[str]:
    chance = "chance_unpaid" if proposal.unpaid else "chance_paid"
    yield words.phrase(chance, percent=words.percent(proposal.p_durable_micro))
    if proposal.own_prediction:
        yield words.phrase("own_prediction")
    if proposal.parts:
        yield words.phrase("parts")
        yield from (_part(part, words) for part in proposal.parts if part.milli or part.term == "base")
    yield words.phrase("own_value" if proposal.own_value else "points", points=proposal.points)
    if proposal.factors:
        yield words.phrase("factors")
        yield from (words.phrase("factor", factor=words.factor(factor)) for factor in proposal.factors)
    yield from _ranking(explanation, proposal, words)
    yield words.name("subsidy", proposal.lks_basis).format(amount=words.amount(proposal.lks_eur_month))
    if proposal.to_check:
        yield words.phrase("check")
        yield from (words.phrase("check_item", unknown=words.name("unknown", rule)) for rule in proposal.to_check)
    if proposal.to_arrange:
        yield words.phrase("arrange")
        yield from (words.phrase("arrange_item", certificate=code) for code in proposal.to_arrange)
    if proposal.alternatives:
        yield words.phrase("alternatives", vacancies=", ".join(proposal.alternatives))
    else:
        yield words.phrase("no_alternatives")


def _part(part: Part, words: _Words) -> str:
    term = words.name("term", part.term)
    if part.term == "base":
        return words.phrase("part_base", term=term, percent=words.percent(part.p_micro))
    return words.phrase("part", term=term, change=words.change(part.p_micro))


def _ranking(explanation: Explanation, proposal: Proposal, words: _Words) -> Iterator[str]:
    above = proposal.rank - 1
    if not above:
        yield words.phrase("rank_best", eligible=explanation.eligible)
        return
    yield words.phrase("rank_lower", count=above, eligible=explanation.eligible)
    yield from (_better(better, words) for better in proposal.better)
    if above > len(proposal.better):
        yield words.phrase("better_rest", count=above - len(proposal.better))


def _better(better: Better, words: _Words) -> str:
    if better.extra_price is None:
        return words.phrase("better_closed", vacancy=better.vacancy_id, points=better.extra_points)
    key = "better" if better.extra_price >= better.extra_points else "better_unproven"
    return words.phrase(key, vacancy=better.vacancy_id, points=better.extra_points, price=better.extra_price)


def _of_no_proposal(explanation: Explanation, no_proposal: NoProposal, words: _Words) -> Iterator[str]:
    yield words.name("reason", no_proposal.reason)
    if no_proposal.reason == "CONTROL_ARM":
        return
    yield words.phrase("reach", pairs=explanation.pairs, in_reach=explanation.in_reach, eligible=explanation.eligible)
    if no_proposal.rule is not None:
        rule = words.name("rule", no_proposal.rule)
        yield words.phrase("rule", rule=rule, count=no_proposal.removed, total=no_proposal.removed_of)
    if no_proposal.rule_unknown:
        yield words.phrase("rule_unknown")
    if no_proposal.missing:
        yield words.phrase("missing")
        yield from (_missing(missing, words) for missing in no_proposal.missing)
    nearest = no_proposal.nearest
    if nearest is not None:
        percent = words.percent(nearest.p_durable_micro)
        yield words.phrase("best", vacancy=nearest.vacancy_id, percent=percent, points=nearest.points)
        if nearest.needed_p_micro is None:
            yield words.phrase("needed_out_of_reach", points=nearest.needed_points)
        elif nearest.needed_points > 0:
            change = words.growth(nearest.needed_p_micro)
            yield words.phrase("needed", points=nearest.needed_points, change=change)


def _missing(missing: Missing, words: _Words) -> str:
    unknown = words.name("unknown", missing.rule)
    if missing.alone:
        return words.phrase("missing_item", unknown=unknown, count=missing.alone)
    return words.phrase("missing_together", unknown=unknown)

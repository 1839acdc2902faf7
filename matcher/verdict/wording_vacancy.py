"""From the explanation of a vacancy to lines of text."""

from collections.abc import Iterator

from matcher.verdict.explain_vacancy import Loss, VacancyExplanation
from matcher.verdict.words import Language, Words


def vacancy_lines(explanation: VacancyExplanation, language: Language = "nl") -> list[str]:
    """Write the explanation of a vacancy out, one sentence or list item per line: counts and ranks, never a person."""
    words = Words(language)
    return [*_lines(explanation, words), words.phrase("decide")]


def _lines(found: VacancyExplanation, words: Words) -> Iterator[str]:
    yield words.fill(
        "vacancy",
        "title" if found.openings else "no_openings",
        vacancy=found.vacancy_id,
        lane=words.name("lane", found.lane),
        filled=found.filled,
        openings=found.openings,
    )
    if found.price is not None:
        yield from _price(found, found.price, words)
    if found.price_next:
        yield words.fill("vacancy", "next", change=words.growth(found.price_next), points=found.price_next)
    else:
        yield words.name("vacancy", "next_nothing")
    yield words.fill("vacancy", "reach", pairs=found.pairs, in_reach=found.in_reach, eligible=found.eligible)
    if found.losses:
        yield words.name("vacancy", "losses")
        yield from (_loss(loss, words) for loss in found.losses)
    if found.place_opens is not None:
        yield words.fill("vacancy", "unplaced", count=found.place_opens)
    if found.demand is not None and found.filled < found.openings:
        rule = words.name("rule_name", found.demand.rule)
        yield words.fill("vacancy", "demand", rule=rule, count=found.demand.alone)
    if found.eligible:
        field = found.field
        yield words.fill("vacancy", "field", here=field.here, elsewhere=field.elsewhere, nowhere=field.nowhere)
        if field.elsewhere:
            yield words.fill("vacancy", "rivals", count=field.rivals)
        if found.openings:
            yield words.fill("vacancy", "winning", count=field.winning)


def _price(found: VacancyExplanation, price: int, words: Words) -> Iterator[str]:
    if not price or found.price_place is None:
        yield words.name("vacancy", "price_nothing")
        return
    yield words.fill("vacancy", "price", change=words.growth(price), points=price)
    yield words.fill("vacancy", "price_place", above=found.price_place - 1, total=found.price_of)


def _loss(loss: Loss, words: Words) -> str:
    said = [words.fill("vacancy", "loss", rule=words.name("rule", loss.rule), count=loss.removed)]
    if loss.removed_unknown:
        said.append(words.fill("vacancy", "loss_unknown", count=loss.removed_unknown))
    if loss.alone:
        said.append(words.fill("vacancy", "loss_alone", count=loss.alone))
    return " ".join(said)

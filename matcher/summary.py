"""A run on one screen: what a manager asks first, from the manifest alone, in Dutch or English."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

Language = Literal["nl", "en"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "Plan {run_id}", "nl": "Plan {run_id}"},
    "people": {"en": "People", "nl": "Mensen"},
    "openings": {"en": "Openings", "nl": "Plekken"},
    "in vacancies": {"en": "in {n} vacancies", "nl": "in {n} vacatures"},
    "placed": {"en": "Proposed", "nl": "Voorgesteld"},
    "of people": {"en": "of people", "nl": "van de mensen"},
    "durable": {"en": "Expected durable", "nl": "Duurzaam verwacht"},
    "durable more": {
        "en": "paid placements that last 26 weeks",
        "nl": "betaalde plaatsingen die 26 weken duren",
    },
    "quality": {"en": "Quality", "nl": "Kwaliteit"},
    "OPTIMAL": {"en": "proven best possible", "nl": "bewezen de beste"},
    "WITHIN_GAP": {"en": "proven within the accepted gap", "nl": "bewezen binnen de toegestane marge"},
    "FEASIBLE": {"en": "STOPPED EARLY, best plan so far", "nl": "VOORTIJDIG GESTOPT, beste plan tot nu toe"},
    "all_pairs": {"en": "over all {n} eligible pairs", "nl": "over alle {n} mogelijke combinaties"},
    "listed_pairs": {"en": "over the {n} eligible listed pairs", "nl": "over de {n} mogelijke opgegeven combinaties"},
    "points": {"en": "Points", "nl": "Punten"},
    "bound": {"en": "upper bound {bound}, gap {gap}", "nl": "bovengrens {bound}, verschil {gap}"},
    "reasons": {"en": "Not proposed", "nl": "Niet voorgesteld"},
    "warnings": {"en": "Warnings", "nl": "Waarschuwingen"},
    "rejected": {"en": "Input lines to mend", "nl": "Invoer te herstellen"},
    "see": {"en": "see {file}", "nl": "zie {file}"},
    "none": {"en": "none", "nl": "geen"},
    "took": {"en": "Took", "nl": "Duur"},
    "files": {"en": "Files", "nl": "Bestanden"},
    "seconds": {"en": "{n} s", "nl": "{n} s"},
}


def summary(manifest: Mapping[str, Any], folder: Path, language: Language = "en") -> tuple[str, list[tuple[str, str]]]:
    """Return a title, and names with values, about a published run."""
    say = _Speaker(language)
    counts, solver = manifest["counts"], manifest["solver"]
    reasons = sorted(counts["unassigned_by_reason"].items(), key=lambda item: (-item[1], item[0]))
    proof = say(solver["proof"], n=say.whole(counts["eligible_pairs"]))
    share = counts["assigned"] / counts["people"] if counts["people"] else 0.0
    rows = [
        (say("people"), say.whole(counts["people"])),
        (
            say("openings"),
            f"{say.whole(counts['openings'])} {say('in vacancies', n=say.whole(counts['vacancies']))}",
        ),
        (say("placed"), f"{say.whole(counts['assigned'])} ({say.percent(share)} {say('of people')})"),
        (say("durable"), f"{say.decimal(manifest['expected_durable'])} {say('durable more')}"),
        (say("quality"), f"{solver['status']}: {say(solver['status'])}, {proof}"),
        (
            say("points"),
            f"{say.whole(solver['objective'])} "
            f"({say('bound', bound=say.whole(solver['upper_bound']), gap=say.percent(solver['gap']))})",
        ),
        (say("reasons"), "\n".join(f"{say.whole(n)} {reason}" for reason, n in reasons if n) or say("none")),
    ]
    if rejected := _rows(manifest, "rejected.parquet"):
        rows.append((say("rejected"), f"{say.whole(rejected)}, {say('see', file='rejected.parquet')}"))
    rows += [
        (say("warnings"), "\n".join(map(warning_text, manifest["warnings"])) or say("none")),
        (say("took"), say("seconds", n=say.decimal(sum(solver["seconds"].values())))),
        (say("files"), str(folder)),
    ]
    return say("title", run_id=manifest["run_id"]), rows


def warning_text(warning: Mapping[str, Any]) -> str:
    """Return a warning of the manifest on one line: its code, and its text or figures."""
    text = warning.get("text")
    if text is None:
        figures = warning.get("figures", {})
        text = ", ".join(
            f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value:,}"
            for name, value in figures.items()
        )
    return f"{warning['code']}: {text}"


def _rows(manifest: Mapping[str, Any], name: str) -> int:
    return next((file["rows"] or 0 for file in manifest["outputs"] if file["name"] == name), 0)


class _Speaker:
    """Words and numbers the way of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, key: str, **fields: str) -> str:
        return _WORDS[key][self._language].format(**fields)

    def whole(self, value: int) -> str:
        return self._marks(f"{value:,}")

    def decimal(self, value: float) -> str:
        return self._marks(f"{value:,.1f}")

    def percent(self, share: float) -> str:
        # A gap that is not zero must never read as zero.
        digits = 1 if share == 0 or share >= 0.001 else 6
        return self._marks(f"{100 * share:.{digits}f}") + " %"

    def _marks(self, text: str) -> str:
        return text.translate(str.maketrans(",.", ".,")) if self._language == "nl" else text

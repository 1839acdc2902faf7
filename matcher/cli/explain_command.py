"""The command that answers why: about a person, a vacancy, or the two together."""
# ruff: noqa: PLC0415 - a door

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click

from matcher.cli.app import console, shared
from matcher.cli.input_commands import FOLDER, LANGUAGE

_NEAR = 3


@click.command(short_help="Say why: about a person, a vacancy, or the two together.")
@click.argument("run_folder", metavar="RUN", type=FOLDER)
@click.argument("candidate_id", required=False)
@click.option("--vacancy", "vacancy_id", metavar="V", help="Explain a vacancy: counts and ranks, nobody is named.")
@click.option("--pair", nargs=2, metavar="C V", help="Explain one person at one vacancy.")
@click.option("--input", "directory", type=FOLDER, required=True, help="The bundle that the run was made of.")
@click.option("--lang", type=LANGUAGE, default="nl", show_default=True, help="Language of the explanation.")
@click.option(
    "--no-what-if", is_flag=True, help="Leave out which single change would bring a place: that solves again."
)
@shared()
def explain(  # noqa: PLR0917 - click fills them in by name
    run_folder: Path,
    candidate_id: str | None,
    vacancy_id: str | None,
    pair: tuple[str, str] | None,
    directory: Path,
    lang: Literal["nl", "en"],
    no_what_if: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Say why CANDIDATE_ID got this vacancy in RUN, or none, and which single change would bring a place.

    With --vacancy: what became of a vacancy, and why people fall away. With --pair: every rule, the worth, and the place among
    its competitors.

    \b
    Example:
      matcher explain demo/out/latest k-000017 --input demo/bundle
      matcher explain demo/out/latest --vacancy v-000017 --input demo/bundle
      matcher explain demo/out/latest --pair k-000017 v-000017 --input demo/bundle --lang en
    """
    from matcher.io.run_folder import read_run
    from matcher.nightly import case_with_input
    from matcher.plan import published_plan

    asked = [one for one in (candidate_id, vacancy_id, pair) if one is not None]
    if len(asked) != 1:
        raise click.UsageError("Give one of CANDIDATE_ID, --vacancy V, and --pair C V.")
    published = read_run(run_folder)
    plan = published_plan(published, *case_with_input(published, directory))
    book = plan.case.codebook
    who = candidate_id if pair is None else pair[0]
    where = vacancy_id if pair is None else pair[1]
    if who is not None:
        _require(who, book.candidate_ids, "candidate")
    if where is not None:
        _require(where, book.vacancy_ids, "vacancy")
    facts, lines = _answer(plan, who, where, lang, what_if=not no_what_if)
    screen = console(as_json, no_color)
    if as_json:
        screen.document({"run_id": published.manifest["run_id"], **facts, "language": lang, "text": lines})
    else:
        screen.lines(lines)
    return 0


def _answer(
    plan: Any, who: str | None, where: str | None, lang: Literal["nl", "en"], *, what_if: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return an explanation as data and as lines."""
    import dataclasses

    from matcher.verdict.wording import explanation_lines
    from matcher.verdict.wording_pair import pair_lines
    from matcher.verdict.wording_vacancy import vacancy_lines
    from matcher.whatif import what_if as asked

    if who is None:
        vacancy = plan.explain_vacancy(where)
        return dataclasses.asdict(vacancy), vacancy_lines(vacancy, lang)
    change = asked(plan, who, where) if what_if else None
    if where is None:
        person = plan.explain(who)
        facts, lines = dataclasses.asdict(person), explanation_lines(person, lang, change)
    else:
        pair = plan.explain_pair(who, where)
        facts, lines = dataclasses.asdict(pair), pair_lines(pair, lang, change)
    return {**facts, "what_if": None if change is None else dataclasses.asdict(change)}, lines


def _require(asked: str, ids: Sequence[str], what: str) -> None:
    """Refuse an id that is not there, with the nearest that are."""
    import difflib

    from matcher.errors import InputError

    if asked.strip() not in set(ids):
        near = difflib.get_close_matches(asked.strip(), list(ids), n=_NEAR, cutoff=0.8)
        hint = f" Near it are: {', '.join(near)}." if near else " Rejected rows stand in rejected.parquet."
        raise InputError(f"No accepted {what} of this run has this id.{hint}")


COMMANDS = (explain,)

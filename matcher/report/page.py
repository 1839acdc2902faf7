"""The page: sections in order, through one template that escapes every text, with a policy that lets nothing in or run."""

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from matcher.report.facts import Planned, Say
from matcher.report.market import filled, funnel
from matcher.report.parts import WIDTH, Section
from matcher.report.people import groups, missing, money, reading, unplaced
from matcher.report.plain import plain
from matcher.report.result import changes, goals, headlines, result
from matcher.report.scarcity import scarce
from matcher.verdict.words import Language, Words


def report_page(plan: Planned, language: Language = "nl") -> bytes:
    """Return the page as UTF-8: the same plan and language give the same bytes, whatever the clock says.

    It needs nothing from anywhere, runs nothing, and holds no value of a single person.
    """
    say = Say(Words(language))
    style = _text("page.css")
    day = say.words.day(plan.run_date)
    page = _template().render(
        language=language,
        policy=f"default-src 'none'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # our own file, the only text that is not escaped
        title=say("title", day=day),
        run=say("run", run_id=plain(plan.run_id)),
        contents=say("contents"),
        sections=_sections(plan, say),
        width=WIDTH,
        foot=say("foot"),
    )
    return page.encode()


def _sections(plan: Planned, say: Say) -> list[Section]:
    made = (
        result(plan, say),
        headlines(plan, say),
        changes(plan, say),
        goals(plan, say),
        unplaced(plan, say),
        missing(plan, say),
        funnel(plan, say),
        filled(plan, say),
        scarce(plan, say),
        money(plan, say),
        groups(plan, say),
        reading(say),
    )
    return [section for section in made if section is not None]


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _text(name: str) -> str:
    return (resources.files("matcher.report") / name).read_text(encoding="utf-8")


def _together(value: object) -> object:
    """A number and its percent sign stay on one line."""
    return value.replace(" %", "\N{NO-BREAK SPACE}%") if isinstance(value, str) else value


@cache
def _template() -> Template:
    made = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_together
    )
    return made.from_string(_text("page.html"))

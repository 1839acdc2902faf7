"""The group of commands, and the options they share."""
# ruff: noqa: PLC0415 - a door

import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matcher import __version__

if TYPE_CHECKING:
    from matcher.console import Console

_Command = TypeVar("_Command", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes:
  0    done
  2    usage
  3    input invalid
  4    policy invalid
  5    cannot read or write
  6    another run holds the output
  7    stopped early; best plan so far published and marked
  8    no publishable result
  70   internal error
  130  interrupted, nothing published
  143  asked to end, nothing published"""


class _Group(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; an unknown one is answered with the nearest."""
        name = args[0] if args else ""
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            near = difflib.get_close_matches(name.lower(), self.list_commands(ctx), n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known are: {', '.join(self.list_commands(ctx))}."
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are needed."""
        return list(self.commands)


@click.group(cls=_Group, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="matcher")
def app() -> None:
    """Assign job seekers to vacancies in bulk, with a proof of how good the plan is and a reason for every person.

    \b
    Example, from nothing to a plan:
      matcher sample demo/bundle --scenario enschede
      matcher validate demo/bundle
      matcher run demo/bundle --out demo/out
      matcher verify demo/out/latest --input demo/bundle
    """


def shared(*, quiet: bool = False) -> Callable[[_Command], _Command]:
    """Add the options of every command that prints."""

    def add(command: _Command) -> _Command:
        options = [
            click.option(
                "--json", "as_json", is_flag=True, help="One JSON document on stdout; errors as JSON on stderr."
            ),
            click.option("--no-color", is_flag=True, help="No colours; NO_COLOR and FORCE_COLOR are honoured too."),
        ]
        if quiet:
            options.append(click.option("--quiet", "-q", is_flag=True, help="No progress on stderr."))
        for option in reversed(options):
            command = option(command)
        return command

    return add


def console(as_json: bool, no_color: bool, quiet: bool = False) -> "Console":
    """Return the console that these options ask for."""
    from matcher.console import Console

    return Console(as_json=as_json, color=False if no_color else None, quiet=quiet)


def _load() -> None:
    # Each of these adds its commands to the group, in the order in which --help shows them.
    from matcher.cli import (
        diff_command,
        explain_command,
        import_command,
        input_commands,
        keeping_commands,
        list_command,
        machine_commands,
        record_command,
        run_commands,
    )

    for module in (
        input_commands,
        import_command,
        run_commands,
        list_command,
        explain_command,
        record_command,
        diff_command,
        keeping_commands,
        machine_commands,
    ):
        for command in module.COMMANDS:
            app.add_command(command)


_load()

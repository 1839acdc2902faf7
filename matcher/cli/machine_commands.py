"""Commands about the machine: doctor, completion."""
# ruff: noqa: PLC0415 - a door

import click

from matcher.cli import COMPLETE
from matcher.cli.app import console, shared


@click.command(short_help="Check that this machine can do a run.")
@click.option("--warm", is_flag=True, help="Compile the kernels into the cache, so that the next run starts quickly.")
@shared()
def doctor(warm: bool, as_json: bool, no_color: bool) -> int:
    """Check that this machine can do a run: libraries, cache, disk, memory, and a tiny plan with a known answer.

    \b
    Example:
      matcher doctor --warm
    """
    import dataclasses

    from matcher.doctor import NO_RESULT, diagnose

    found = diagnose(warm=warm)
    failed = [one for one in found if one.level == "fail"]
    screen = console(as_json, no_color)
    if as_json:
        screen.document({"healthy": not failed, "findings": [dataclasses.asdict(one) for one in found]})
    else:
        screen.table("Health", ("check", "result", "detail"), [(one.name, one.level, one.detail) for one in found])
    return NO_RESULT if failed else 0


@click.command(short_help="Print a completion script for the shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print the completion script of a SHELL.

    \b
    Example:
      eval "$(matcher completion bash)"
    """
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None
    console(False, False).raw(maker(ctx.find_root().command, {}, "matcher", COMPLETE).source())
    return 0


COMMANDS = (doctor, completion)

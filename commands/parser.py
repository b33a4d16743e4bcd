"""The parser of the command ``defection``: every command, its options and its help."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import defection
from defection.checks import shown
from defection.commands import (
    journey,
    programme,
    replication,
    runs,
    searches,
    serve,
    survey,
    sweeps,
)
from defection.commands.shared import examples
from defection.parameters import nearest

STATUSES = (
    "Exit status: 0 done, 1 refused or failed (a message says why), 2 the command line is not "
    "understood, 128 + n ended by signal n (Ctrl-C: 130)."
)


class Help(argparse.HelpFormatter):
    """Help in which lines that begin with two spaces stay as they are: commands to copy."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = 14  # names of commands and what they do begin on one line

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        lines = text.splitlines()
        return "\n".join(one if one[:2] == "  " else fill(one, width, indent) for one in lines)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, with the nearest right name."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"formatter_class": Help, **how})

    def parse(self, arguments: Sequence[str] | None = None) -> argparse.Namespace:
        """Return the options of a command line; ``act`` is the function that carries them out."""
        for word in sys.argv[1:] if arguments is None else arguments:
            if re.fullmatch(r"--[^=]+=--", word):  # argparse takes it for the end of options
                self.error(f"{word[:-3]} needs a value, not '--'")
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            name = unknown[0].partition("=")[0]
            command = self.commands()[options.command] if options.command else self
            known = [name for action in command._actions for name in action.option_strings]
            what = "option" if name.startswith("-") else "argument"
            command.error(f"there is no {what} {shown(name)}{nearest(name, known)}")
        return options

    def help(self, _: argparse.Namespace) -> bool:
        """Print the help, which is the whole work of a command line without a command."""
        self.print_help()
        return False

    def commands(self) -> dict[str, Parser]:
        """Return the parsers of the commands by name."""
        actions = (one for one in self._actions if isinstance(one, argparse._SubParsersAction))
        return dict(next(actions).choices)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            names = [str(name) for name in action.choices]
            said = f"there is no {shown(value)}{nearest(str(value), names)}; there are"
            raise argparse.ArgumentError(action, f"{said} {', '.join(names)}")

    def error(self, message: str) -> NoReturn:
        """End with status 2 and one line."""
        self.exit(2, f"{self.prog}: {message} (see: {self.prog} --help)\n")


def parser() -> Parser:
    """Return the parser of the command ``defection``."""
    whole = Parser(
        prog="defection",
        description="Leaving an autocracy: the reference agent-based model after "
        "Dukalskis, Elkink & Xiong (2017).",
        epilog=f"{STATUSES}\n\n"
        + examples("defection run --seed 1 --out first-run", "defection parameters"),
    )
    whole.add_argument("--version", action="version", version=f"defection {defection.__version__}")
    whole.set_defaults(act=whole.help)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for group in (runs, sweeps, searches, journey, survey, programme, replication, serve):
        group.add(commands)
    return whole

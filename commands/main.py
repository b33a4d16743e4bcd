"""The command ``defection``: its parser, and the exit status of every command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import defection
from defection.checks import cut
from defection.commands import replication, runs, searches, serve, sweeps
from defection.commands.shared import Unfinished, log

REFUSED, INTERRUPTED = 1, 130
"""Exit statuses: refused or failed, with a message; interrupted, as the shell has it for Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status (argparse ends with 2 where it is misused).

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind ``defection`` on the command line; by default that of this process.

    Returns
    -------
    int
        0: done, 1: refused with a message, 130: interrupted.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if "act" in options:
            options.act(options)
        else:
            parser.print_help()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has left, as `head` does: Python's last flush is silent too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Unfinished as error:
        interrupted = isinstance(error.__cause__, KeyboardInterrupt)
        log("" if interrupted else f"defection: {cut(str(error.__cause__))}")
        log(f"defection: stopped: {error}")
        return INTERRUPTED if interrupted else REFUSED
    except (ValueError, OSError) as error:
        log(f"defection: {cut(str(error))}")
        return REFUSED
    except KeyboardInterrupt as stop:
        log(f"\ndefection: interrupted{f' {stop}' if str(stop) else ''}; nothing was written")
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="defection",
        description="Leaving an autocracy: the reference agent-based model after "
        "Dukalskis, Elkink & Xiong (2017).",
        epilog="Start with:  defection run --seed 1 --out first-run     "
        "Then:  defection parameters",
    )
    parser.add_argument("--version", action="version", version=f"defection {defection.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for group in (runs, sweeps, searches, replication, serve):
        group.add(commands)
    return parser

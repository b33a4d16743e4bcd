"""What several commands have in common."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import Any

INTERRUPTED = 130  # the shell's code for Ctrl-C


def add_engine(command: argparse.ArgumentParser, default: str = "processes") -> None:
    """Add the options that say who runs, and ``--quiet``."""
    command.add_argument(
        "--engine", default=default, help="processes, threads or serial (default: %(default)s)"
    )
    command.add_argument("--workers", type=int, help="how many (default: one for each core)")
    command.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask scheduler such as tcp://host:8786, or local"
    )
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Treat a request to end (SIGTERM, as batch systems send it) like Ctrl-C."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def tell_of_compiling(quiet: bool, function: str = "simulate_many") -> None:
    """Say why nothing seems to happen, where ``function`` of the law has to be compiled first."""
    from defection.compiled import is_cached

    if not quiet and not is_cached(function):
        print(
            "Compiling the model's equations; this happens once per version and takes up to a minute.",
            file=sys.stderr,
        )

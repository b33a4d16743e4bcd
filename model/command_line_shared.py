"""What several commands have in common."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import Any

INTERRUPTED = 130  # the shell's code for Ctrl-C


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
        print("Compiling the model's equations; this happens once per version and takes up to a minute.", file=sys.stderr)

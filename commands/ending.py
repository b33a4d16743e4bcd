"""How a command ends before its end: signals that ask for it, and runs that are kept."""

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C; a request to end, as batch systems send it; the terminal was closed."""


class Ended(KeyboardInterrupt):
    """A signal asks the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Unfinished(Exception):
    """Runs were stopped after some of them were kept; its cause is what stopped them."""


def log(message: str) -> None:
    """Print a message of one line beside the results."""
    from defection.checks import cut

    line = cut(" ".join(message.splitlines()))
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
    print("".join(shown), file=sys.stderr)


def status(stop: KeyboardInterrupt) -> int:
    """Return the exit status of a command that was interrupted, as a shell has it."""
    return 128 + getattr(stop, "number", signal.SIGINT)


def word(stop: KeyboardInterrupt) -> str:
    """Return what has interrupted a command."""
    number = getattr(stop, "number", signal.SIGINT)
    return "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"


@contextlib.contextmanager
def signals_raise() -> Iterator[None]:
    """Let a signal that asks for the end raise ``Ended``, and a second one end the process at once.

    A signal that is ignored (``nohup``) stays ignored. Where Python ignores what is raised (in a
    callback of the compiler, for one), it is raised again soon.
    """
    first: list[float] = []
    hook = sys.unraisablehook

    def end(number: int, _frame: Any) -> None:
        if not first:
            first.append(time.monotonic())
            raise Ended(number)
        if time.monotonic() - first[0] > 1:  # a closing terminal may send its signal twice
            with contextlib.suppress(Exception):
                log(f"defection: {word(Ended(number))} again: ended at once")
            os._exit(128 + number)

    def again(ignored: Any) -> None:
        if isinstance(ignored.exc_value, Ended):
            first.clear()
            number = ignored.exc_value.number
            threading.Timer(0.05, _interrupt, [number]).start()
        else:
            hook(ignored)

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    default = (signal.SIG_DFL, signal.default_int_handler)
    is_main = threading.current_thread() is threading.main_thread()
    before = {
        number: signal.signal(number, end)
        for number in numbers
        if is_main and signal.getsignal(number) in default
    }
    sys.unraisablehook = again
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int) -> None:
    """Send a signal to the main thread; where there are none, Python is asked to act so."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(signal.Signals(number))

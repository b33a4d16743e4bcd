"""The command ``defection``: what it prints, what ends it, and its exit status.

Statuses: 0 done; 1 refused or failed, with a message; 2 the command line is not understood; 128 + n
ended by signal n (130: Ctrl-C). Messages and bars that cannot be shown change nothing. Where what a
command prints is the whole of its work and cannot be delivered, the status is 141 (its reader has
left, as with other programs of Unix) or 1; where its work is kept, it is 0.
"""

import contextlib
import errno
import functools
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from defection.checks import Notice
from defection.commands import ending
from defection.commands.ending import log
from defection.console import Output
from defection.extras import MissingExtraError

DONE, FAILED, READER_LEFT = 0, 1, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind ``defection`` on the command line; by default that of this process.

    Returns
    -------
    int
        0: done, 1: refused or failed with a message, 2: not understood, 128 + n: ended by signal n.
    """
    if arguments is None:  # this process is the command
        _open_standard_streams()
        _forget_relative_homes()
        warnings.showwarning = functools.partial(_show_warning, warnings.showwarning)
    out, err = Output(sys.stdout), Output(sys.stderr)
    with ending.signals_raise(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status, kept = _carried_out(arguments)
            out.flush()
            if out.error is not None and status == DONE:
                status = _not_shown(out.error, kept)
            err.flush()
        except KeyboardInterrupt as stop:  # while the end is reported
            status = ending.status(stop)
        finally:
            for stream in (out, err):
                if stream.error is not None:
                    stream.discard()
    return status


def _carried_out(arguments: Sequence[str] | None) -> tuple[int, bool]:
    """Return the exit status, and whether there is more than what was printed."""
    try:
        from defection.commands.parser import parser

        options = parser().parse(arguments)
        return DONE, options.act(options) is not False
    except SystemExit as end:  # argparse has printed help, the version or what is wrong
        return int(end.code or 0), False
    except KeyboardInterrupt as stop:
        log("")
        log(f"defection: {ending.word(stop)}{f' {stop}' if str(stop) else ''}")
        return ending.status(stop), True
    except ending.Unfinished as error:
        cause = error.__cause__
        if isinstance(cause, KeyboardInterrupt):
            log("")
            log(f"defection: {ending.word(cause)}: {error}")
            return ending.status(cause), True
        log(f"defection: {_reason(cause)}")
        log(f"defection: stopped: {error}")
        return FAILED, True
    except (ValueError, OSError, MemoryError, MissingExtraError) as error:
        log(f"defection: {_reason(error)}")
        return FAILED, True


def _reason(error: BaseException | None) -> str:
    return str(error) or "there is too little memory"


def _show_warning(
    show: Callable[..., object], message: Warning | str, category: type[Warning], *at: Any
) -> None:
    """Print a notice as a message; what libraries warn of is for those who ask Python for it."""
    if issubclass(category, Notice):
        log(f"defection: {message}")
    elif sys.warnoptions:
        show(message, category, *at)


def _not_shown(error: OSError, kept: bool) -> int:
    """Return the status of work that is done and whose output could not be delivered."""
    left = isinstance(error, BrokenPipeError)
    if not left and not (kept and error.errno == errno.EBADF):
        log(f"defection: standard output could not be written: {error.strerror or error}")
    return DONE if kept else READER_LEFT if left else FAILED


def _forget_relative_homes() -> None:
    """Take a home that is no absolute path for none: libraries would write below this folder."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        if not os.path.isabs(os.environ.get(name, os.sep)):
            del os.environ[name]


def _open_standard_streams() -> None:
    """Open what is closed of 0, 1 and 2: else the next file that is opened gets such a number."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(handle, True)
        os.close(handle)

"""What is asked of every input: refused in one clear line before anything is written, or meant."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import os
import pathlib
import re
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from defection.commands.main import main

SECONDS, LONGEST_WAIT = 10, 120
"""Of the processor, and by the clock: other programs may use the machine."""
LONGEST = 620
"""Characters of a message, without the folder in which the case was tried."""

_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclasses.dataclass(frozen=True)
class Case:
    """Files, a command on them, what its message must name, and what it means where accepted."""

    kind: str
    files: Mapping[str, bytes]
    act: Sequence[str] | functools.partial[object]
    """Arguments of ``defection``, or a function that raises a ``ValueError``."""
    names: str = ""
    """Pattern of what a message must name."""
    accepted: str = ""
    """Pattern of the message of a later check: what is tried here was accepted."""
    notice: str = ""
    """Pattern of lines that may stand before a message: what was left out, for instance."""
    meant: Callable[[pathlib.Path], object] = lambda folder: None
    """Reads what was accepted by other means; raises ``AssertionError`` where it differs."""

    @property
    def key(self) -> int:
        """A number that two cases have in common where both hand the same to the same."""
        words = self.act.args if isinstance(self.act, functools.partial) else tuple(self.act)
        return hash((self.kind, words, *sorted(self.files.items())))


def complaint(case: Case) -> tuple[str, str]:
    """Try a case in a folder of its own; return how it ended, and what is wrong (or nothing)."""
    home = pathlib.Path.cwd()
    place = pathlib.Path(tempfile.mkdtemp(prefix="bad-input-")).resolve()
    try:
        for name, body in case.files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(body)
        before = _listed(place)
        os.chdir(place)
        start = time.process_time()
        status, said = _tried(case.act)
        seconds = time.process_time() - start
        said = said.replace(f"{place}{os.sep}", "").replace(str(place), "")
        if seconds > SECONDS:
            return "wrong", f"took {seconds:.0f} s; {said}"
        if status is None:
            return "wrong", said
        accepted = status == 0 or bool(case.accepted and re.search(case.accepted, said))
        if status != 0 and (left := _listed(place) - before):
            return "wrong", f"left {sorted(left)}; {said}"
        if not accepted:
            if case.notice:
                said = re.sub(rf"(?m)^defection: .*{case.notice}.*\n(?=defection: )", "", said)
            return "refused", _fault_of_message(status, said, case.names)
        try:
            case.meant(place)
        except Exception as error:
            return "wrong", f"accepted, but: {type(error).__name__}: {error}"
        return "accepted", ""
    finally:
        os.chdir(home)
        shutil.rmtree(place, ignore_errors=True)


def _listed(place: pathlib.Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*")}


def _tried(act: Any) -> tuple[int | None, str]:
    """Return the exit status and what stands in stderr; no status for a traceback."""
    out, err = io.StringIO(), io.StringIO()

    def too_long(*_: object) -> None:
        raise TimeoutError("took too long")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST_WAIT)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            if callable(act):
                try:
                    act()
                    return 0, ""
                except ValueError as error:
                    return 1, f"defection: {error}"
            return main([str(one) for one in act]), err.getvalue()
    except SystemExit as error:
        return int(error.code or 0), err.getvalue()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{pathlib.Path(where.filename).name}:{where.lineno}"
        return None, f"traceback: {type(error).__name__}: {str(error)[:200]} ({place})"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _fault_of_message(status: int, said: str, names: str) -> str:
    """Return what is wrong with the message of a refusal."""
    text = said.strip("\n")
    if status not in (1, 2):
        return f"status {status}: {text[:LONGEST]}"
    if status == 2:
        text = text[text.rfind("\ndefection") + 1 :]  # behind the usage
    if not text.startswith("defection"):
        return f"no message of the program: {text[:LONGEST]!r}"
    if "\n" in text:
        return f"more than one line: {text[:LONGEST]!r}"
    if len(text) > LONGEST:
        return f"a message of {len(text):,} characters: {text[:200]!r}"
    if _UNPRINTED.search(text):
        return f"unprintable characters: {text!r}"
    if not re.search(names, text):
        return f"does not name {names!r}: {text}"
    return ""

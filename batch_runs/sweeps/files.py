"""Files that are whole or not there: written beside their place, made to last, renamed; known by the fingerprint of their bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pathlib
import tempfile


def write_beside(file: pathlib.Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file so that a kill or a power cut leaves all of it or nothing; ``replace=False`` leaves one that is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{file.stem[:12]}-", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(beside, 0o644)
        if replace:
            os.replace(beside, file)
        else:
            _put_once(beside, file)
    finally:
        pathlib.Path(beside).unlink(missing_ok=True)
    _sync(file.parent)


def _put_once(beside: str, file: pathlib.Path) -> None:
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not file.exists():
            os.replace(beside, file)


def _sync(folder: pathlib.Path) -> None:
    """Make a rename survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(content: bytes) -> str:
    """Return the fingerprint (16 hexadecimal digits) of a file's bytes."""
    return hashlib.sha256(content).hexdigest()[:16]

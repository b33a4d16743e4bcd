"""Files and folders that are whole or not there, whatever ends the program.

What is written stands under a hidden name beside its place until it is whole; it is flushed to the
disk and renamed, and the folder is flushed as well. So neither a kill nor a power cut leaves a part
of a file, and what was there before stays until the new is there. A folder takes the place of
another in one step where the system can exchange two names (Linux). Elsewhere the old one is moved
aside first; a kill between the two steps leaves it there whole, and the next use of the place
brings it back.

Whoever writes holds a lock on what it writes. So the next use of a place can remove what a kill
left there under a hidden name, and touches nothing that another command is writing.
"""

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from defection.checks import Notice

try:
    import fcntl
except ImportError:  # Windows: nothing is held there, so nothing is known to be litter
    fcntl = None  # type: ignore[assignment]

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


class FolderError(OSError):
    """A file or folder cannot be read, or results cannot be written to it."""


def check(folder: pathlib.Path, *, force: bool = False) -> None:
    """Refuse a place for a run before any work; what a kill has left half replaced is put right.

    ``FolderError`` where it exists and ``force`` is not set, is not a run's folder, or cannot be
    written.
    """
    _restore(folder)
    sweep(folder.parent, folder)
    if folder.exists() or folder.is_symlink():
        if not folder.is_dir():
            raise FolderError(f"{folder} exists and is not a folder; choose another --out")
        if not force:
            raise FolderError(f"{folder} exists; choose another --out, or replace it with --force")
        if any(folder.iterdir()) and not (folder / "manifest.json").exists():
            raise FolderError(
                f"{folder} does not look like a run's folder (it has no manifest.json); "
                "--force does not replace it"
            )
    check_place(folder)


def check_place(path: pathlib.Path) -> None:
    """Refuse a path whose nearest existing parent cannot be written to; nothing is made."""
    parent = path.absolute().parent
    while not parent.exists():
        parent = parent.parent
    try:
        with tempfile.TemporaryFile(dir=parent):
            pass
    except OSError as error:
        raise FolderError(
            f"{path} cannot be written: {error.strerror or error} ({parent})"
        ) from None


def check_file(file: str | pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse before any work an existing file without ``force``, a folder, a place not writable."""
    file = pathlib.Path(file)
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if file.exists() and not force:
        raise FolderError(
            f"{file} exists; choose another name, or replace it with --force (force=True)"
        )
    check_place(file)
    sweep(file.parent, file)
    return file


def sweep(place: pathlib.Path, path: pathlib.Path | None = None, *, alone: bool = False) -> None:
    """Remove what killed commands left in a folder under hidden names (beside one ``path``).

    What others are writing is left, unless the caller knows to be ``alone`` in the folder.
    """
    stem = ".*" if path is None else re.escape(path.stem[:12])
    hidden = re.compile(rf"\.{stem}-[0-9a-f]{{12}}\.tmp(\..*)?")
    for litter in [one for one in place.glob(".*.tmp*") if hidden.fullmatch(one.name)]:
        with contextlib.suppress(OSError), contextlib.nullcontext() if alone else _held(litter):
            _remove(litter)


@contextlib.contextmanager
def replaced(folder: pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give a new folder to write into, which becomes ``folder`` when all went well."""
    check(folder, force=force)
    place = folder.absolute()
    with _beside(place, is_folder=True) as beside:
        yield beside
        for path in (*beside.rglob("*"), beside):
            _flush(path)
        if not force:
            check(folder)  # somebody else may have written it meanwhile
        _take_place(beside, place)
        _flush(place.parent)


@contextlib.contextmanager
def replaced_file(file: str | pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give the path of a new file to write, which becomes ``file`` when all went well."""
    file = check_file(file, force=force)
    with _beside(file.absolute(), file.suffix) as beside:  # says to some writers in which format
        yield beside
        _flush(beside)
        if not force:
            check_file(file, force=False)
        os.replace(beside, file)
        _flush(file.absolute().parent)


def write_beside(file: pathlib.Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file whole or not at all; ``replace=False`` leaves one that is there."""
    with _beside(file) as beside:
        beside.write_bytes(content)
        _flush(beside)
        if replace:
            os.replace(beside, file)
        else:
            _put_once(beside, file)
        _flush(file.parent)


def digest(content: bytes) -> str:
    """Return the fingerprint (16 hexadecimal digits) of a file's bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def json_text(what: Any, **how: Any) -> str:
    """Return plain values as JSON; what of a path is no text becomes an escape of JSON."""
    return json.dumps(what, ensure_ascii=False, **how).encode("utf-8", "backslashreplace").decode()


@contextlib.contextmanager
def _beside(
    path: pathlib.Path, suffix: str = "", *, is_folder: bool = False
) -> Iterator[pathlib.Path]:
    """Give a new hidden file or folder beside ``path``, held; what is left of it is removed."""
    try:
        make_folder(path.parent)
        while True:
            name = f".{path.stem[:12]}-{secrets.token_hex(6)}.tmp{suffix}"
            beside = path.parent / name
            beside.mkdir() if is_folder else beside.touch(exist_ok=False)
            with contextlib.ExitStack() as stack:
                try:
                    stack.enter_context(_held(beside))
                except (FileNotFoundError, BlockingIOError):  # swept before it was held
                    continue
                except OSError:  # a file system without locks: nobody sweeps there
                    pass
                stack.callback(_remove, beside)
                yield beside
                return
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            said = f"{path} cannot be written: the disk is full ({error.strerror}): make room"
            raise FolderError(said) from None
        raise


@contextlib.contextmanager
def _held(path: pathlib.Path) -> Iterator[None]:
    """Hold a file or folder; ``OSError`` where another does, where it is gone, or without locks."""
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), path.lstat()):
            raise FileNotFoundError(path)
        yield
    finally:
        os.close(handle)


def _put_once(beside: pathlib.Path, file: pathlib.Path) -> None:
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not file.exists():
            os.replace(beside, file)


def _aside(folder: pathlib.Path) -> pathlib.Path:
    return folder.parent / f".{folder.name}.replaced"


def _take_place(beside: pathlib.Path, folder: pathlib.Path) -> None:
    """Put ``beside`` in the place of ``folder``; at every moment one of both is whole."""
    if not folder.exists() and not folder.is_symlink():
        os.rename(beside, folder)
    elif not _exchanged(beside, folder):
        _remove(_aside(folder))
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                stack.enter_context(_held(folder))  # so that nobody takes it for left behind
            os.rename(folder, _aside(folder))
            try:
                os.rename(beside, folder)
            except OSError:
                os.rename(_aside(folder), folder)
                raise
        _flush(folder.parent)
        _remove(_aside(folder))


def _exchanged(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Exchange two names in one step; False where the system or the file system cannot."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _restore(folder: pathlib.Path) -> None:
    """Bring back what a command had moved aside when it was killed, or remove it where replaced."""
    aside = _aside(folder)
    if not aside.exists() and not aside.is_symlink():
        return
    with contextlib.suppress(BlockingIOError), contextlib.ExitStack() as stack:
        if fcntl is not None:
            stack.enter_context(_held(aside))
        if folder.exists():
            _remove(aside)
        else:
            os.rename(aside, folder)
            said = f"{folder} was brought back: a command was ended while it replaced it"
            warnings.warn(said, Notice, stacklevel=4)


def _remove(path: pathlib.Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        shutil.rmtree(path, ignore_errors=True)


def make_folder(folder: pathlib.Path) -> None:
    """Make a folder and its parents so that their names survive a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _flush(folder.parent)


def _flush(path: pathlib.Path) -> None:
    """Have the disk keep a file, or the names in a folder (where the system can flush those)."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(handle)

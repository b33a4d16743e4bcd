"""Folders and files that are written beside their place and renamed, so nothing is ever half-written; the folder that a run leaves."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import pathlib
import platform
import shutil
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import defection

if TYPE_CHECKING:
    from defection.model import DefectionModel

FILES = ("weekly.parquet", "yearly.csv", "run.png", "manifest.json")
LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")


class FolderError(OSError):
    """The results cannot go where they were asked to go."""


def check(folder: pathlib.Path, *, force: bool = False) -> None:
    """Refuse early, before any work: an existing folder without ``force``, a foreign folder, a place that cannot be written."""
    if folder.exists() or folder.is_symlink():
        if not folder.is_dir():
            raise FolderError(f"{folder} exists and is not a folder; choose another --out")
        if not force:
            raise FolderError(f"{folder} exists; choose another --out, or replace it with --force")
        if any(folder.iterdir()) and not (folder / "manifest.json").exists():
            raise FolderError(f"{folder} does not look like a run's folder (it has no manifest.json); --force does not replace it")
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
        raise FolderError(f"{path} cannot be written: {error.strerror or error} ({parent})") from None


@contextlib.contextmanager
def replaced(folder: pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give a new folder beside ``folder`` to write into; rename it into place when all went well, drop it when not."""
    check(folder, force=force)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        beside.chmod(0o777 & ~_umask())
        yield beside
        if folder.exists():
            old = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            os.rename(folder, old / "run")
            os.rename(beside, folder)
            shutil.rmtree(old)
        else:
            os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_file(file: str | pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse early, before any work: an existing file without ``force``, a folder, a place that cannot be written."""
    file = pathlib.Path(file)
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if file.exists() and not force:
        raise FolderError(f"{file} exists; choose another name, or replace it with --force (force=True)")
    check_place(file)
    return file


@contextlib.contextmanager
def replaced_file(file: str | pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give the path of a new file beside ``file`` to write; rename it into place when all went well, drop it when not."""
    file = check_file(file, force=force).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=file.suffix, dir=file.parent)
    os.close(handle)
    beside = pathlib.Path(name)
    try:
        yield beside
        beside.chmod(0o666 & ~_umask())
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def manifest(model: DefectionModel) -> dict[str, Any]:
    """Return what is needed to repeat a run and to trust its numbers."""
    from defection.compiled import law_fingerprint

    return {
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": model.country.name,
        "data": model.country.fingerprint,
        "seed": model.seed,
        "weeks": model.weeks,
        "weeks_run": model.week,
        "stopped_early": model.stopped_early,
        "parameters": model.parameters.as_dict(),
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def write(model: DefectionModel, folder: pathlib.Path, *, force: bool = False) -> None:
    """Write a run's folder: the weekly table, the yearly table, the figure and the manifest."""
    from defection.views.run_figure import run_figure

    with replaced(folder, force=force) as beside:
        model.weekly().to_parquet(beside / "weekly.parquet", index=False)
        model.yearly().to_csv(beside / "yearly.csv", index=False)
        run_figure(model).savefig(beside / "run.png", dpi=150)
        (beside / "manifest.json").write_text(json.dumps(manifest(model), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

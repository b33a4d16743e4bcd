"""Kept results: their tables, what each was computed from, and whether that is still so."""

import datetime
import functools
import io
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

import defection
from defection.country import load
from defection.files import FolderError, digest, replaced_file
from defection.parameters import PARAMETERS, Parameters, nearest
from defection.provenance import behaviour, changed_behaviour
from defection.replication.result import Result, Tables

PACKAGE = pathlib.Path(__file__).parent
PACKAGE_DATA = pathlib.Path(defection.__file__).parent
MANIFEST = "tables/manifest.json"
NEVER, TABLES = "never computed", "its tables are not those that were computed"
MOST_ROWS = 10_000
"""Longer tables (weekly series) are not kept: they are made again from the ids of their runs."""


class ReplicationError(ValueError):
    """A result has an unknown name, or is not kept."""


class Kept:
    """The kept results of a folder; what is not there is read from those that are shipped.

    Parameters
    ----------
    folder : path, optional
        Default: the package's own.

    Examples
    --------
    >>> list(Kept().tables("errata"))
    ['errata']
    """

    def __init__(self, folder: pathlib.Path | None = None) -> None:
        self.folder = folder or PACKAGE
        self.about = _manifest(PACKAGE) | _manifest(self.folder)

    def tables(self, name: str) -> Tables:
        """Return the tables of a result as they were computed."""
        if name not in self.about:
            raise ReplicationError(f"no result {name!r} is kept{nearest(name, self.about)}")
        return {file: read_table(self._path(name, file)) for file in self.about[name]["tables"]}

    def _path(self, name: str, file: str) -> pathlib.Path:
        below = f"{self.about[name]['folder']}/{_file(file)}"
        own = self.folder / below
        return own if own.exists() else PACKAGE / below

    def digests(self, name: str) -> dict[str, str]:
        """Return the fingerprints of a result's tables as they lie in the folder."""
        paths = {file: self._path(name, file) for file in self.about[name]["tables"]}
        return {file: digest(p.read_bytes()) if p.exists() else "" for file, p in paths.items()}

    def write(self, result: Result, tables: Tables, about: Mapping[str, Any]) -> None:
        """Keep the tables of a result, and what they were computed from."""
        folder = self.folder / result.folder
        every = {file: text_of(table) for file, table in tables.items()}
        texts = {file: text for file, text in every.items() if text is not None}
        for file, text in texts.items():
            with replaced_file(folder / _file(file), force=True) as beside:
                beside.write_text(text, encoding="utf-8")
        digests = {file: digest(text.encode()) for file, text in texts.items()}
        entry = {"folder": result.folder, **about, "tables": digests}
        self.about[result.name] = entry
        with replaced_file(self.folder / MANIFEST, force=True) as beside:
            beside.write_text(_lines(_manifest(self.folder) | {result.name: entry}), "utf-8")

    def provenance(self, result: Result) -> dict[str, Any]:
        """Return what the result would be computed from now."""
        return {
            "made": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "defection": defection.__version__, "behaviour": behaviour(journey=result.journey),
            "data": load("north_korea").fingerprint, "defaults": Parameters().as_dict(),
            "needs": {name: self._read(result, name) for name in result.needs},
            "reads": {file: _of_file(file) for file in result.reads if _of_file(file)},
        }  # fmt: skip

    def _read(self, result: Result, name: str) -> str:
        """Return the fingerprint of what a result reads of another that it needs."""
        if name not in result.parts:
            return digest(json.dumps(self.about[name]["tables"]).encode())
        try:
            read = result.parts[name].read(self.tables(name))
        except (OSError, LookupError):  # the other result has no such part
            return ""
        return digest(json.dumps(read, sort_keys=True).encode())

    def why_stale(self, result: Result, known: Mapping[str, Result]) -> tuple[str, ...]:
        """Return why a result should be computed again; nothing where it is that of the present.

        What was added since (a parameter, a golden run of a new policy) is no difference, nor is a
        change in runs of several news circles where it has none.
        """
        why = self.changes(result, known, circles=result.circles)
        readable = not {NEVER, TABLES} & set(why)
        return (*why, *result.missing(self.tables(result.name))) if readable else why

    def changes(
        self, result: Result, known: Mapping[str, Result], *, circles: bool
    ) -> tuple[str, ...]:
        """Return why what was computed of a result is not that of the present.

        Unlike :meth:`why_stale` this says nothing of what was never computed. Without ``circles``
        it speaks of the part of its tables for which no runs of several news circles were made.
        """
        about = self.about.get(result.name)
        if about is None:
            return (NEVER,)
        differ = changed_behaviour(about["behaviour"], circles=circles)
        why = [f"behaviour: {name}" for name in differ]
        why += ["data"] if about["data"] != load("north_korea").fingerprint else []
        now, then = Parameters().as_dict(), about["defaults"]
        why += [f"default of {name}" for name in then if now.get(name) != then[name]]
        why += [file for file in result.reads if _of_file(file) != about["reads"].get(file, "")]
        for name in result.needs:
            read = self._read(result, name) if name in self.about else ""
            if not read or read != about["needs"].get(name):
                why.append(f"{name} is another")
            elif self._need_is_stale(result, name, known):
                why.append(f"{name} is stale")
        if self.digests(result.name) != about["tables"]:
            why.append(TABLES)
        return (*why, "quick") if about.get("quick") else tuple(why)

    def _need_is_stale(self, result: Result, name: str, known: Mapping[str, Result]) -> bool:
        part = result.parts.get(name)
        if part is None:
            return bool(self.why_stale(known[name], known))
        return bool(self.changes(known[name], known, circles=part.circles))

    def check_writable(self) -> None:
        """Refuse early where nothing can be written, as in an installed package."""
        parent = next(p for p in (self.folder, *self.folder.absolute().parents) if p.exists())
        if not os.access(parent, os.W_OK):
            raise FolderError(f"{self.folder} cannot be written; name another folder with --out")


def _of_file(below: str) -> str:
    """Return the fingerprint of a file, or of all files of a folder of the data.

    Nothing for a source that is named in words.
    """
    place = (PACKAGE_DATA if below.startswith("data/") else PACKAGE) / below
    if place.is_dir():
        files = sorted(file for file in place.rglob("*") if file.is_file())
        each = {file.relative_to(place).as_posix(): digest(file.read_bytes()) for file in files}
        return digest(json.dumps(each).encode())
    return digest(place.read_bytes()) if place.is_file() else ""


def _file(name: str) -> str:
    return name if name.endswith(".json") else f"{name}.csv"


def text_of(table: Any) -> str | None:
    """Return the text of a table's file, or nothing where it is too long to be kept."""
    if isinstance(table, pd.DataFrame):
        kept = len(table) <= MOST_ROWS
        return table.to_csv(index=False, lineterminator="\n") if kept else None
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def read_table(file: pathlib.Path) -> Any:
    """Read a table: every number is the one that was written, and no text is taken for none."""
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))
    return table_from(file.read_text(encoding="utf-8"))


def table_from(text: str) -> pd.DataFrame:
    """Return the table that a text is the file of."""
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).apply(_values)


def _values(texts: pd.Series) -> pd.Series:
    """Return a column's truths or numbers, where all are; otherwise its texts."""
    if texts.name in PARAMETERS:
        return texts.map(PARAMETERS[texts.name].from_text)
    if set(texts) <= {"True", "False"}:
        return texts == "True"
    for kind in (int, float) if any(texts) else ():
        try:
            return pd.Series([kind(text or "nan") for text in texts], texts.index)
        except ValueError:
            continue
    return texts.astype(object)


def _manifest(folder: pathlib.Path) -> dict[str, Any]:
    file = folder / MANIFEST
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _lines(about: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the manifest as JSON, a line for each thing that is said of a result."""
    said = functools.partial(json.dumps, ensure_ascii=False)
    parts = (
        f" {said(name)}: {{\n"
        + ",\n".join(f"  {said(key)}: {said(value)}" for key, value in one.items())
        + "\n }"
        for name, one in sorted(about.items())
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"

"""A sweep's folder: the plan, the points, and immutable parts; nothing in it is ever half-written.

``plan.json``, ``points-0-BYTES.parquet`` ..., ``runs/`` and, where weekly series are kept,
``series/``. A part's name says which chunks it holds, for which plan, and the fingerprint of its
bytes: ``00-000012-000012-PLAN-BYTES.parquet``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import time
from collections.abc import Iterator

import filelock
import pandas as pd
import pyarrow as pa

from defection.batch_runs.store import table as rows
from defection.batch_runs.store.plan import Plan, PlanError
from defection.files import FolderError, check_place, digest, write_beside

PLAN, LOCK = "plan.json", "sweep.lock"
_NAME = re.compile(r"(\d{2,})-(\d{6,})-(\d{6,})-([0-9a-f]{8})-([0-9a-f]{16})\.parquet")
_OURS = re.compile(
    r"plan\.json|points-\d+-[0-9a-f]+\.parquet|runs|series|sweep\.lock|shard-.*\.lock|\..*\.tmp"
)


@dataclasses.dataclass(frozen=True)
class StoredPart:
    """A part on disk: the chunks ``first .. last`` of a block; ``series`` is the file with their weekly series, if there is one."""

    file: pathlib.Path
    block: int
    first: int
    last: int
    series: pathlib.Path | None = None


@dataclasses.dataclass(frozen=True)
class Found:
    """What a look into the folder found: sound parts, in order, each chunk once, and files that are damaged or in the way."""

    parts: list[StoredPart]
    damaged: list[pathlib.Path]
    superseded: list[pathlib.Path]

    def done(self) -> set[tuple[int, int]]:
        """Return block and number of all chunks that are there."""
        return {
            (part.block, chunk) for part in self.parts for chunk in range(part.first, part.last + 1)
        }


class Folder:
    """A sweep's folder, at ``path``."""

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = pathlib.Path(path)

    def check(self) -> bool:
        """Refuse a place that cannot hold a sweep; returns whether one is there already."""
        if (self.path / PLAN).is_file():
            return True
        if self.path.exists():
            if not self.path.is_dir():
                raise FolderError(f"{self.path} exists and is not a folder; choose another --out")
            foreign = [f.name for f in self.path.iterdir() if not _OURS.fullmatch(f.name)]
            if foreign:
                raise FolderError(
                    f"{self.path} is not a sweep's folder (it has no {PLAN}, but {foreign[0]}); choose another --out"
                )
        check_place(self.path / PLAN)
        return False

    @contextlib.contextmanager
    def locked(self, shard: tuple[int, int] | None = None) -> Iterator[None]:
        """Keep others from writing here; several shards may write side by side, each its own chunks. A killed holder holds nothing."""
        self.path.mkdir(parents=True, exist_ok=True)
        mine = LOCK if shard is None else f"shard-{shard[0]}-of-{shard[1]}.lock"
        lock = filelock.FileLock(self.path / mine)
        try:
            lock.acquire(timeout=0)
            for name in [
                f.name
                for f in self.path.glob("*.lock")
                if f.name != mine and (shard is None or f.name == LOCK)
            ]:
                with filelock.FileLock(self.path / name).acquire(timeout=0):
                    pass
            yield
        except filelock.Timeout:
            raise FolderError(
                f"{self.path} is being written by another command: wait until it has ended, or choose another --out"
            ) from None
        finally:
            if lock.is_locked:
                (self.path / mine).unlink(missing_ok=True)
            lock.release(force=True)

    def read_plan(self) -> Plan:
        """Return the plan."""
        try:
            text = (self.path / PLAN).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise FolderError(f"{self.path} is not a sweep's folder: it has no {PLAN}") from None
        except UnicodeDecodeError:
            raise PlanError(f"{self.path / PLAN} is not text; plans must not be edited") from None
        return Plan.from_text(text, str(self.path / PLAN))

    def write_plan(self, plan: Plan, *, new: bool) -> None:
        """Write the plan; a ``new`` one does not replace a plan that somebody else has written meanwhile."""
        write_beside(self.path / PLAN, plan.text().encode(), replace=not new)

    def write_points(self, number: int, points: pd.DataFrame) -> tuple[str, str]:
        """Write a table of points; returns its name and the fingerprint of its bytes."""
        content = rows.encoded(pa.Table.from_pandas(points, preserve_index=False))
        name = f"points-{number}-{digest(content)}.parquet"  # others may write other points at the same time
        write_beside(self.path / name, content)
        return name, digest(content)

    def read_points(self, plan: Plan) -> pa.Table:
        """Return the parameters of all points, a row each."""
        tables = []
        for table in plan.tables:
            file = self.path / table.file
            content = file.read_bytes() if file.is_file() else b""
            if digest(content) != table.digest:
                raise PlanError(
                    f"{file} is {'damaged or was changed' if content else 'missing'}: the plan cannot be carried out"
                )
            tables.append(rows.decoded(content))
        return pa.concat_tables(tables)

    def write_part(
        self, plan: Plan, block: int, first: int, last: int, runs: bytes, series: bytes
    ) -> StoredPart:
        """Write the results of some chunks; once the file in ``runs/`` is there, they are done."""
        stem = f"{block:02d}-{first:06d}-{last:06d}-{plan.key(block)}"
        kept = None
        if series:
            kept = self.path / "series" / f"{stem}-{digest(series)}.parquet"
            write_beside(kept, series)
        file = self.path / "runs" / f"{stem}-{digest(runs)}.parquet"
        write_beside(file, runs)
        return StoredPart(file, block, first, last, kept)

    def find(self, plan: Plan) -> Found:
        """Look at every part: read its bytes, compare them with its name, and keep each chunk once (of the widest part).

        Files with other names, or of another plan, are none of ours and left alone.
        """
        for _ in range(100):
            try:
                return self._find(plan)
            except FileNotFoundError:  # somebody is compacting: look again
                time.sleep(0.02)
        return self._find(plan)

    def _find(self, plan: Plan) -> Found:
        sound: dict[str, dict[tuple[int, int, int], pathlib.Path]] = {"runs": {}, "series": {}}
        damaged, superseded = [], []
        keys = [plan.key(b) for b in range(len(plan.blocks))]
        for tier, files in sound.items():
            for file in sorted((self.path / tier).glob("*.parquet")):
                name = _NAME.fullmatch(file.name)
                if not name or int(name[1]) >= len(keys) or name[4] != keys[int(name[1])]:
                    continue
                if digest(file.read_bytes()) != name[5]:
                    damaged.append(file)
                elif (place := (int(name[1]), int(name[2]), int(name[3]))) in files:
                    superseded.append(file)
                else:
                    files[place] = file
        parts: list[StoredPart] = []
        done: set[tuple[int, int]] = set()
        for block, first, last in sorted(sound["runs"], key=lambda p: (p[0], p[1], -p[2])):
            part = StoredPart(
                sound["runs"][block, first, last],
                block,
                first,
                last,
                sound["series"].get((block, first, last)),
            )
            chunks = {(block, chunk) for chunk in range(first, last + 1)}
            if chunks & done:
                superseded += [file for file in (part.file, part.series) if file]
                continue
            if plan.about["specification"]["series"] and part.series is None:
                damaged.append(part.file)  # its other half is lost
                continue
            parts.append(part)
            done |= chunks
        used = {part.series for part in parts}
        superseded += [
            file for file in sound["series"].values() if file not in used and file not in superseded
        ]
        return Found(parts, damaged, superseded)

    def clean(self, found: Found, shard: tuple[int, int] | None = None) -> None:
        """Remove what is damaged, what is there twice, and what a kill has left half-written."""
        for file in (*found.damaged, *(found.superseded if shard is None else ())):
            file.unlink(missing_ok=True)
        if shard is None:
            for place in (self.path, self.path / "runs", self.path / "series"):
                for file in place.glob(".*.tmp"):
                    file.unlink(missing_ok=True)

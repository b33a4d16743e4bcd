"""The folder of a sweep or a search: the plan and immutable parts; nothing in it is half-written.

A part's name says which chunks it holds, for which plan, and the digest of its bytes. A sweep has
``plan.json``, ``points-0-BYTES.parquet`` ..., ``runs/00-000012-000012-PLAN-BYTES.parquet`` and,
where weekly series are kept, ``series/``. A search has ``search.json``, the runs of successive
batches in ``answers/000012-000019-PLAN-BYTES.parquet`` and, once it has ended, ``trace.parquet``
and ``found.csv``.
"""

import contextlib
import dataclasses
import pathlib
import re
import time
from collections.abc import Iterator
from typing import ClassVar

import filelock
import pandas as pd
import pyarrow as pa

from defection.batch_runs.errors import PlanError
from defection.batch_runs.store import table as tables
from defection.batch_runs.store.moved import found_again
from defection.batch_runs.store.plan import EDITED, Plan, PointTable
from defection.files import FolderError, check_place, digest, make_folder, sweep, write_beside

LOCK = "sweep.lock"
TRACE, FOUND = "trace.parquet", "found.csv"
READERS = {
    "search.json": "a search (defection importance, defection replay; in Python open_search)",
    "plan.json": "a sweep (defection results, defection replay; in Python open_results)",
    "manifest.json": "a single run, whose tables are weekly.parquet and yearly.csv",
}
"""What a folder holds by its first file, and what reads it."""

_NAME = re.compile(r"(?:(\d+)-)?(\d{6,})-(\d{6,})-([0-9a-f]{8})-([0-9a-f]{16})\.parquet")

Place = tuple[int, int, int]
"""Block, first and last chunk of a part."""


@dataclasses.dataclass(frozen=True)
class StoredPart:
    """A part on disk: the chunks ``first .. last`` of a block, and the file of their series."""

    file: pathlib.Path
    block: int
    first: int
    last: int
    series: pathlib.Path | None = None

    @property
    def files(self) -> list[pathlib.Path]:
        """Its files."""
        return [file for file in (self.file, self.series) if file]

    def chunks(self) -> set[tuple[int, int]]:
        """Return block and number of its chunks."""
        return {(self.block, chunk) for chunk in range(self.first, self.last + 1)}


@dataclasses.dataclass(frozen=True)
class Found:
    """Sound parts, in order, each chunk once; and files that are damaged or in the way."""

    parts: list[StoredPart]
    damaged: list[pathlib.Path]
    superseded: list[pathlib.Path]

    def done(self) -> set[tuple[int, int]]:
        """Return block and number of all chunks that are there."""
        return {chunk for part in self.parts for chunk in part.chunks()}


class Folder:
    """The folder of a sweep, at ``path``."""

    plan_file: ClassVar[str] = "plan.json"
    owner: ClassVar[str] = "a sweep"
    tier: ClassVar[str] = "runs"
    is_search: ClassVar[bool] = False
    own: ClassVar[str] = r"points-\d+-[0-9a-f]+\.parquet|runs|series"

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = pathlib.Path(path)

    def check(self) -> bool:
        """Refuse a place that cannot hold this; returns whether one is there already."""
        if (self.path / self.plan_file).is_file():
            return True
        if self.path.exists():
            if not self.path.is_dir():
                raise FolderError(f"{self.path} exists and is not a folder; choose another --out")
            ours = re.compile(rf"{self.own}|sweep\.lock|shard-.*\.lock|\..*\.tmp.*")
            foreign = [f.name for f in self.path.iterdir() if not ours.fullmatch(f.name)]
            if foreign:
                raise FolderError(
                    f"{self.path} is not {self.owner}'s folder (it has no {self.plan_file}, but "
                    f"{foreign[0]}); choose another --out"
                )
        check_place(self.path / self.plan_file)
        return False

    @contextlib.contextmanager
    def locked(self, shard: tuple[int, int] | None = None) -> Iterator[None]:
        """Keep others from writing here. A killed holder holds nothing.

        Several shards may write side by side, each its own chunks.
        """
        make_folder(self.path)
        mine = LOCK if shard is None else f"shard-{shard[0]}-of-{shard[1]}.lock"
        with contextlib.ExitStack() as held:
            try:
                self._hold(mine, held)
                for file in self.path.glob("*.lock"):
                    if file.name != mine and (shard is None or file.name == LOCK):
                        with contextlib.ExitStack() as for_a_moment:
                            self._hold(file.name, for_a_moment, patience=0.2)
            except filelock.Timeout:
                raise FolderError(
                    f"{self.path} is being written by another command: wait until it has ended, "
                    "or choose another --out"
                ) from None
            yield

    def _hold(self, name: str, held: contextlib.ExitStack, patience: float = 0.0) -> None:
        """Hold a lock, and remove its file before it is released, so that none is left."""
        file = self.path / name
        held.enter_context(filelock.FileLock(file).acquire(timeout=patience))
        held.callback(file.unlink, missing_ok=True)

    def read_plan(self) -> Plan:
        """Return the plan; what it names is found again if the project was moved."""
        file = self.path / self.plan_file
        try:
            text = file.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            said = f"{self.path} is not {self.owner}'s folder: it has no {self.plan_file}"
            there = [what for name, what in READERS.items() if (self.path / name).is_file()]
            said += f"; it holds {there[0]}" if there else ""
            if not self.path.exists():
                said = f"there is no folder {self.path}"
            raise FolderError(said) from None
        except UnicodeDecodeError:
            raise PlanError(f"{file} is not text; plans must not be edited") from None
        plan = Plan.from_text(text, str(file), search=self.is_search)
        return dataclasses.replace(plan, moved=found_again(plan, self.path))

    def write_plan(self, plan: Plan, *, new: bool) -> None:
        """Write the plan; a ``new`` one does not replace one that was written meanwhile."""
        write_beside(self.path / self.plan_file, plan.text().encode(), replace=not new)

    def write_points(self, number: int, points: pd.DataFrame, first: int = 0) -> PointTable:
        """Write a table of points, of which the first has the number ``first``."""
        content = tables.encoded(tables.from_frame(points, tables.schema(())))
        name = f"points-{number}-{digest(content)}.parquet"  # another command may write others
        write_beside(self.path / name, content)
        return PointTable(name, (first, first + len(points)), digest(content))

    def read_points(self, plan: Plan) -> pa.Table:
        """Return the parameters of all points, a row each, as they were planned."""
        points = []
        for table in plan.tables:
            file = self.path / table.file
            content = file.read_bytes() if file.is_file() else b""
            if digest(content) != table.digest:
                fault = "damaged or was changed" if content else "missing"
                raise PlanError(f"{file} is {fault}: the plan cannot be carried out")
            points.append(tables.uniform(tables.decoded(content)))
            if len(points[-1]) != table.points[1] - table.points[0]:
                raise PlanError(
                    f"{file} has {len(points[-1]):,} points, not {table.points[1]:,} less "
                    f"{table.points[0]:,} as planned: the plan cannot be carried out"
                )
        return pa.concat_tables(points)

    def write_part(
        self, plan: Plan, block: int, first: int, last: int, runs: bytes, series: bytes = b""
    ) -> StoredPart:
        """Write the results of some chunks; once the file of runs is there, they are done."""
        stem = f"{first:06d}-{last:06d}-{plan.key(block)}"
        stem = f"{block:02d}-{stem}" if plan.blocks else stem
        kept = None
        if series:
            kept = self.path / "series" / f"{stem}-{digest(series)}.parquet"
            write_beside(kept, series)
        file = self.path / self.tier / f"{stem}-{digest(runs)}.parquet"
        write_beside(file, runs)
        return StoredPart(file, block, first, last, kept)

    def find(self, plan: Plan) -> Found:
        """Look at every part: compare its bytes with its name, and keep each chunk once.

        Files with other names, or of another plan, are none of ours and left alone.
        """
        for _ in range(100):
            try:
                return self._find(plan)
            except FileNotFoundError:  # somebody is compacting: look again
                time.sleep(0.02)
        return self._find(plan)

    def _find(self, plan: Plan) -> Found:
        found = Found([], [], [])
        runs, series = (self._sound(plan, tier, found) for tier in (self.tier, "series"))
        done: set[tuple[int, int]] = set()
        for place in sorted(runs, key=lambda p: (p[0], p[1], -p[2])):  # the widest first
            part = StoredPart(runs[place], *place, series.get(place))
            if part.chunks() & done:
                found.superseded.extend(part.files)
            elif plan.design.get("series") and part.series is None:
                found.damaged.append(part.file)  # its other half is lost
            else:
                found.parts.append(part)
                done |= part.chunks()
        self._check_columns(plan, found.parts[:1])
        used = {file for part in found.parts for file in part.files} | set(found.superseded)
        found.superseded.extend(file for file in series.values() if file not in used)
        return found

    def _check_columns(self, plan: Plan, parts: list[StoredPart]) -> None:
        """Refuse a plan whose years are not those of the runs; parameters may be added since."""
        years = tables.years_of(plan.about["years"], plan.about["weeks"])
        for part in parts:
            there = tables.opened(part.file).schema_arrow.names
            if lacking := [name for name in tables.schema(years, ()).names if name not in there]:
                raise PlanError(
                    f"{self.path / self.plan_file} was changed since its runs were written: they "
                    f"have no {lacking[0]}; {EDITED}"
                )

    def _sound(self, plan: Plan, tier: str, found: Found) -> dict[Place, pathlib.Path]:
        """Return the files of a tier whose bytes are as their names say; note the others."""
        keys = [plan.key(block) for block in range(max(1, len(plan.blocks)))]
        sound: dict[Place, pathlib.Path] = {}
        for file in sorted((self.path / tier).glob("*.parquet")):
            name = _NAME.fullmatch(file.name)
            block = int(name[1] or 0) if name else len(keys)
            if not name or block >= len(keys) or name[4] != keys[block]:
                continue
            place = (block, int(name[2]), int(name[3]))
            if digest(file.read_bytes()) != name[5]:
                found.damaged.append(file)
            elif place in sound:
                found.superseded.append(file)
            else:
                sound[place] = file
        return sound

    def clean(self, found: Found, shard: tuple[int, int] | None = None) -> None:
        """Remove what is damaged or there twice, and what a kill has left half-written."""
        for file in (*found.damaged, *(found.superseded if shard is None else ())):
            file.unlink(missing_ok=True)
        for place in (self.path, self.path / self.tier, self.path / "series"):
            sweep(place, alone=shard is None)


class SearchFolder(Folder):
    """The folder of a search: its chunks are batches, of which each follows from the last."""

    plan_file = "search.json"
    owner = "a search"
    tier = "answers"
    is_search = True
    own = r"answers|trace\.parquet|found\.csv"

    def _find(self, plan: Plan) -> Found:
        found, there = super()._find(plan), (self.path / self.tier).glob("*.parquet")
        if not found.parts and not found.damaged and any(_NAME.fullmatch(f.name) for f in there):
            raise PlanError(
                f"{self.path / self.tier} holds no runs of the plan in {self.path / self.plan_file}"
                ": the plan was changed since it was written; restore it, or use a new folder"
            )
        return found

    def read_batches(self, found: Found) -> dict[int, pd.DataFrame]:
        """Return the tables of runs of batches, by their numbers."""
        batches: dict[int, pd.DataFrame] = {}
        for part in found.parts:
            table = tables.completed(tables.decoded(part.file.read_bytes())).to_pandas()
            for number, one in table.groupby("question", sort=True):
                batches[int(number)] = one.drop(columns="question").reset_index(drop=True)
        return batches

    def write_batches(self, plan: Plan, first: int, batches: list[pd.DataFrame]) -> None:
        """Write the runs of successive batches, beginning with number ``first``, as one part."""
        fields = tables.schema(tables.years_of(plan.about["years"], plan.about["weeks"]))
        numbered = [
            tables.from_frame(one.assign(question=first + n), fields)
            for n, one in enumerate(batches)
        ]
        whole = pa.concat_tables(numbered)
        self.write_part(plan, 0, first, first + len(batches) - 1, tables.encoded(whole))

    def write_end(self, trace: pd.DataFrame, found: pd.DataFrame) -> None:
        """Write what the search has evaluated and found."""
        write_beside(self.path / TRACE, tables.encoded(tables.from_frame(trace)))
        write_beside(self.path / FOUND, found.to_csv(index=False).encode())

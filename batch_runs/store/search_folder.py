"""A search's folder: what was asked, and the answers in immutable parts; nothing in it is ever half-written.

``search.json``, ``answers/`` and, once the search has ended, ``trace.parquet`` and ``found.csv``. A
part holds the runs of successive questions; its name says of which, for which plan, and the
fingerprint of its bytes: ``000012-000019-PLAN-BYTES.parquet``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from defection.batch_runs.execution.evaluation import SearchError
from defection.batch_runs.store import table as rows
from defection.batch_runs.store.folder import LOCK, Folder
from defection.batch_runs.store.plan import differences, fingerprint
from defection.files import FolderError, digest, write_beside

PLAN, TRACE, FOUND = "search.json", "trace.parquet", "found.csv"
_NAME = re.compile(r"(\d{6,})-(\d{6,})-([0-9a-f]{8})-([0-9a-f]{16})\.parquet")


@dataclasses.dataclass(frozen=True)
class Answers:
    """What a look at the answers found: sound parts, in order and without a gap, and parts whose questions must be asked again."""

    sound: list[pathlib.Path]
    damaged: list[pathlib.Path]
    behind: list[pathlib.Path]
    """Sound parts behind a gap, whose questions are not known any more."""


class SearchFolder:
    """A search's folder, at ``path``."""

    def __init__(self, path: str | pathlib.Path) -> None:
        self.path = pathlib.Path(path)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from writing here; a killed holder holds nothing."""
        with Folder(self.path).locked():
            yield

    def check(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Refuse a place that cannot hold this search; return its plan as it was written first: 1 and 1.0 are one setting."""
        if not (self.path / PLAN).is_file():
            if self.path.exists() and not (
                self.path.is_dir()
                and all(f.name == LOCK or f.suffix == ".tmp" for f in self.path.iterdir())
            ):
                raise FolderError(
                    f"{self.path} is not a search's folder (it has no {PLAN}); choose another --out"
                )
            return plan
        old = self.read_plan()
        changes = [
            d
            for d in differences(old, json.loads(json.dumps(plan)))
            if not d.startswith(("made_with", "defection"))
        ]
        if changes:
            raise SearchError(
                f"{self.path} holds another search: {'; '.join(changes[:5])}; choose another --out"
            )
        return old

    def begin(self, plan: dict[str, Any]) -> None:
        """Write the plan, where none is there."""
        write_beside(
            self.path / PLAN,
            (json.dumps(plan, indent=2, ensure_ascii=False) + "\n").encode(),
            replace=False,
        )

    def read_plan(self) -> dict[str, Any]:
        """Return what was asked."""
        file = self.path / PLAN
        if not file.is_file():
            raise FolderError(f"{self.path} is not a search's folder: it has no {PLAN}")
        try:
            plan = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(plan, dict):
                raise ValueError
        except ValueError:
            raise SearchError(
                f"{file} cannot be read as the plan of a search; plans must not be edited"
            ) from None
        return plan

    def answers(self) -> Answers:
        """Look at every part: read its bytes, and compare them with its name; parts of other plans are left alone."""
        key, following = self._key(), 0
        found = Answers([], [], [])
        for file in sorted((self.path / "answers").glob("*.parquet")):
            name = _NAME.fullmatch(file.name)
            if not name or name[3] != key:
                continue
            if digest(file.read_bytes()) != name[4]:
                found.damaged.append(file)
            elif found.damaged or int(name[1]) != following:
                found.behind.append(file)
            else:
                found.sound.append(file)
                following = int(name[2]) + 1
        return found

    def tables(self, answers: Answers) -> list[pd.DataFrame]:
        """Return the tables of runs of the first questions."""
        tables: list[pd.DataFrame] = []
        for file in answers.sound:
            table = rows.decoded(file.read_bytes()).to_pandas()
            tables += [
                one.drop(columns="question").reset_index(drop=True)
                for _, one in table.groupby("question", sort=True)
            ]
        return tables

    def clean(self, answers: Answers) -> None:
        """Remove what is damaged or behind a gap, and what a kill has left half-written."""
        for file in (*answers.damaged, *answers.behind):
            file.unlink(missing_ok=True)
        for place in (self.path, self.path / "answers"):
            for file in place.glob(".*.tmp"):
                file.unlink(missing_ok=True)

    def write_answers(self, first: int, answers: list[pd.DataFrame]) -> None:
        """Write the runs of successive questions, beginning with question ``first``, as one part."""
        tables = [
            pa.Table.from_pandas(one.assign(question=first + n), preserve_index=False)
            for n, one in enumerate(answers)
        ]
        content = rows.encoded(pa.concat_tables(tables, promote_options="permissive"))
        last = first + len(answers) - 1
        write_beside(
            self.path
            / "answers"
            / f"{first:06d}-{last:06d}-{self._key()}-{digest(content)}.parquet",
            content,
        )

    def write_end(self, trace: pd.DataFrame, found: pd.DataFrame) -> None:
        """Write what the search has asked and found."""
        write_beside(
            self.path / TRACE, rows.encoded(pa.Table.from_pandas(trace, preserve_index=False))
        )
        write_beside(self.path / FOUND, found.to_csv(index=False).encode())

    def _key(self) -> str:
        return fingerprint(self.read_plan())[:8]

"""Points of one's own: a CSV file with a row per point and a column per parameter."""

import csv
import dataclasses
import pathlib
from typing import Any, ClassVar

import pandas as pd

from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import DesignError, Space
from defection.parameters import PARAMETERS, ParameterError, nearest


@dataclasses.dataclass(frozen=True)
class Points(Design):
    """The rows of ``file``; parameters without a column keep what is fixed, or their defaults."""

    file: pathlib.Path
    kind: ClassVar[str] = "points"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return len(self.table(space, 0))

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter; nothing is drawn."""
        del seed
        if space.varied:
            name = space.names[0]
            raise DesignError(
                f"{name} varies, but the points come from {self.file}: fix it, or give it a column "
                "there",
                "parameters",
                name,
            )
        columns = self._read()
        for name, value in space.fixed.items():
            if value != PARAMETERS[name].default and name in columns:
                said = f"{name} is fixed here, and is a column of {self.file} as well"
                raise DesignError(said, "parameters", name)
        return space.complete(pd.DataFrame(columns))

    def more(self, space: Space, seed: int, before: int, total: int) -> pd.DataFrame:
        """Return rows ``before .. total - 1`` of the file, to which rows were added."""
        table = self.table(space, seed)
        if len(table) < total:
            self._refuse(f" has {len(table):,} rows, fewer than the {total:,} points asked for")
        return table.iloc[before:total].reset_index(drop=True)

    def _refuse(self, said: str) -> None:
        raise DesignError(f"{self.file}{said}", "design", "file") from None

    def _read(self) -> dict[str, list[Any]]:
        lines: list[str] = []
        try:
            lines = self.file.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            self._refuse(": this file is missing")
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(f": cannot be read ({error})")
        reader = csv.reader(lines)
        header = [name.strip() for name in next(reader, [])]
        for name in header:
            if name not in PARAMETERS:
                near = nearest(name, PARAMETERS)
                self._refuse(f", line 1: there is no parameter {name!r}{near}")
            if header.count(name) > 1:
                self._refuse(f", line 1: {name} is there twice")
        columns: dict[str, list[Any]] = {name: [] for name in header}
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            at = f", line {reader.line_num}"
            if len(cells) != len(header):
                self._refuse(f"{at}: has {len(cells)} cells where the header has {len(header)}")
            for name, cell in zip(header, cells, strict=True):
                try:
                    columns[name].append(PARAMETERS[name].from_text(cell.strip()))
                except ParameterError as error:
                    self._refuse(f"{at}, column {name}: {error}")
        if not header or not columns[header[0]]:
            self._refuse(": has no points")
        return columns

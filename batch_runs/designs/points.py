"""Points of one's own: a CSV file with a row per point and a column per parameter."""

from __future__ import annotations

import csv
import dataclasses
import pathlib
from typing import ClassVar

import pandas as pd

from defection.batch_runs.designs.space import DesignError, Fixed, Space
from defection.parameters import PARAMETERS, ParameterError, nearest, parameter


@dataclasses.dataclass(frozen=True)
class Points:
    """The rows of ``file``; parameters without a column keep what is fixed, or their defaults."""

    file: pathlib.Path
    kind: ClassVar[str] = "points"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return len(self.table(space, 0))

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter."""
        del seed  # nothing is drawn
        if space.varied:
            name = space.names[0]
            raise DesignError(
                f"{name} varies, but the points come from {self.file}: fix it, or give it a column there",
                "parameters",
                name,
            )
        columns = self._read()
        fixed = {
            one.name: one.value
            for one in space.axes
            if isinstance(one, Fixed) and one.value != PARAMETERS[one.name].default
        }
        for name in fixed:
            if name in columns:
                raise DesignError(
                    f"{name} is fixed here, and is a column of {self.file} as well",
                    "parameters",
                    name,
                )
        return space.complete(pd.DataFrame(columns))

    def more(self, space: Space, seed: int, before: int, total: int) -> pd.DataFrame:
        """Return rows ``before .. total - 1`` of the file, to which rows were added."""
        table = self.table(space, seed)
        if len(table) < total:
            raise DesignError(
                f"{self.file} has {len(table):,} rows, fewer than the {total:,} points asked for",
                "design",
                "file",
            )
        return table.iloc[before:total].reset_index(drop=True)

    def _read(self) -> dict[str, list[object]]:
        try:
            lines = self.file.read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            raise DesignError(f"{self.file}: this file is missing", "design", "file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise DesignError(f"{self.file}: cannot be read ({error})", "design", "file") from None
        reader = csv.reader(lines)
        header = [name.strip() for name in next(reader, [])]
        for name in header:
            if name not in PARAMETERS:
                known = nearest(name, PARAMETERS)
                raise DesignError(
                    f"{self.file}, line 1: there is no parameter {name!r}{known}", "design", "file"
                )
            if header.count(name) > 1:
                raise DesignError(f"{self.file}, line 1: {name} is there twice", "design", "file")
        columns: dict[str, list[object]] = {name: [] for name in header}
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            at = f"{self.file}, line {reader.line_num}"
            if len(cells) != len(header):
                raise DesignError(
                    f"{at}: has {len(cells)} cells where the header has {len(header)}",
                    "design",
                    "file",
                )
            for name, cell in zip(header, cells, strict=True):
                try:
                    columns[name].append(parameter(name).from_text(cell.strip()))
                except ParameterError as error:
                    raise DesignError(f"{at}, column {name}: {error}", "design", "file") from None
        if not header or not columns[header[0]]:
            raise DesignError(f"{self.file}: has no points", "design", "file")
        return columns

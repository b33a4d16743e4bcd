"""Points of one's own: a CSV file with a row per point and a column per parameter."""

import dataclasses
import pathlib
from typing import Any, ClassVar

import pandas as pd

from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import DesignError, Space, check_dated
from defection.country import Country
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS, ParameterError, Parameters
from defection.readings import check_reading
from defection.tables import CountryError, Row, read_rows


@dataclasses.dataclass(frozen=True)
class Points(Design):
    """The rows of ``file``; parameters without a column keep what is fixed, or their defaults.

    A column of the journey turns the journey on.
    """

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
        return space.complete(pd.DataFrame(self._read()))

    def covered(self, space: Space) -> Space:
        """Return the space with the journey on or off, as a column says, or one that is of it.

        What is fixed and a column as well is refused.
        """
        cells = self._rows()[0].cells
        for name, value in space.fixed.items():
            same = name == "journey" and cells.get(name) == value
            if name in cells and value != getattr(space.defaults, name) and not same:
                said = f"{name} is fixed here, and is a column of {self.file} as well"
                raise DesignError(said, "parameters", name)
        if cells.get("journey", "").strip() == "off":  # the same in all rows
            return space.following("off")
        on = cells.get("journey", "").strip() == "on" or set(cells) & set(JOURNEY_PARAMETERS)
        return space.following() if on else space

    def more(self, space: Space, seed: int, before: int, total: int) -> pd.DataFrame:
        """Return rows ``before .. total - 1`` of the file, to which rows were added."""
        table = self.table(space, seed)
        if len(table) < total:
            self._refuse(f" has {len(table):,} rows, fewer than the {total:,} points asked for")
        return table.iloc[before:total].reset_index(drop=True)

    def _refuse(self, said: str) -> None:
        raise DesignError(f"{self.file}{said}", "design", "file")

    def check(self, country: Country, space: Space) -> Space:
        """Refuse by its line what does not fit a country, and columns that nothing reads.

        Returns the space with the values of all rows.
        """
        rows = self._rows()
        for row in rows:
            values: dict[str, Any] = {}
            for name, cell in row.cells.items():
                try:
                    values[name] = ALL_PARAMETERS[name].from_text(cell)
                    check_dated(name, [str(values[name])], country)
                    check_reading(country, name, values[name])
                    Parameters(**values)
                except (ParameterError, DesignError, CountryError) as error:
                    raise row.error(name, str(error)) from None
                if ALL_PARAMETERS[name].constant and cell != rows[0].cells[name]:
                    raise row.error(name, f"{name} is the same in all runs: {rows[0].cells[name]}")
        listed = space.listing(self._read())
        try:
            listed.check(country)
        except DesignError as error:
            at = f"{self.file}: " if set(error.field) & set(rows[0].cells) else ""
            raise DesignError(f"{at}{error}", *error.field) from None
        return listed

    def _rows(self) -> list[Row]:
        return read_rows(
            self.file, (), lambda said: DesignError(said, "design", "file"), only=ALL_PARAMETERS
        )

    def _read(self) -> dict[str, list[Any]]:
        rows = self._rows()
        columns: dict[str, list[Any]] = {name: [] for name in rows[0].cells}
        for row in rows:
            for name, cell in row.cells.items():
                try:
                    columns[name].append(ALL_PARAMETERS[name].from_text(cell))
                except ParameterError as error:
                    raise row.error(name, str(error)) from None
        return columns

"""Reading CSV files so that an error names the file, the line and the column."""

from __future__ import annotations

import csv
import dataclasses
import math
import pathlib
from collections.abc import Callable

from defection.parameters import nearest


class CountryError(ValueError):
    """A country's data are missing, broken or contradict themselves."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a CSV file, read cell by cell with errors that say where."""

    file: pathlib.Path
    line: int
    cells: dict[str, str]

    def error(self, column: str, what: str) -> CountryError:
        """Return an error that names this line and ``column``."""
        return CountryError(f"{self.file}, line {self.line}, column {column}: {what}")

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.cells[column]
        if not value:
            raise self.error(column, "is empty")
        return value

    def optional(self, column: str) -> str:
        """Return a cell that may be empty."""
        return self.cells[column]

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a finite number in ``low..high``."""
        return self._converted(column, float, "a number", low, high)

    def whole(self, column: str, low: float = -math.inf, high: float = math.inf) -> int:
        """Return a whole number in ``low..high``."""
        return int(self._converted(column, int, "a whole number", low, high))

    def _converted(
        self, column: str, convert: Callable[[str], float], kind: str, low: float, high: float
    ) -> float:
        text = self.text(column)
        try:
            value = convert(text)
        except ValueError:
            raise self.error(column, f"{text!r} is not {kind}") from None
        if not math.isfinite(value):
            raise self.error(column, f"{text!r} is not finite")
        if value < low:
            raise self.error(column, f"{text} must be at least {low:g}")
        if value > high:
            raise self.error(column, f"{text} must be at most {high:g}")
        return value


def read_rows(file: pathlib.Path, columns: tuple[str, ...]) -> list[Row]:
    """Read a CSV file that has at least these columns and one row."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CountryError(f"{file}: this file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CountryError(f"{file}: cannot be read ({error})") from None
    reader = csv.reader(text.splitlines())
    header = [name.strip() for name in next(reader, [])]
    for column in columns:
        if column not in header:
            raise CountryError(
                f"{file}, line 1, column {column}: this column is missing{nearest(column, header)}"
            )
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise CountryError(
                f"{file}, line {reader.line_num}: has {len(cells)} cells "
                f"where the header has {len(header)}"
            )
        stripped = [cell.strip() for cell in cells]
        rows.append(Row(file, reader.line_num, dict(zip(header, stripped, strict=True))))
    if not rows:
        raise CountryError(f"{file}: has a header but no rows")
    return rows

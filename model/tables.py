"""The one reading of tables (CSV) and TOML files: an error names the file and the line.

A table has a header in its first line (lines that begin with ``#`` may stand before it), a comma
between cells, and in every line as many cells as the header. Lines end with a line feed, a carriage
return or both, and with nothing else. A cell ends on the line on which it begins: a quote that is
left open is found there, and eats no lines. Names are read in one Unicode form.
"""

import csv
import dataclasses
import math
import pathlib
import re
import tomllib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from defection.checks import composed, number_from, shown, whole_from
from defection.parameter import nearest

LARGEST = 256_000_000
"""Bytes of a file that are read."""

LONGEST_NAME = 200
"""Characters of a name or a number in a table."""

DEEPEST = 10
"""Tables and lists of a TOML file that may stand in each other."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

Error = Callable[[str], Exception]


class CountryError(ValueError):
    """A country's data are missing, broken or contradict themselves."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a CSV file, read cell by cell with errors that say where."""

    file: pathlib.Path
    line: int
    cells: dict[str, str]
    make_error: Error = CountryError

    def error(self, column: str, what: str) -> Exception:
        """Return an error that names this line and ``column``."""
        return self.make_error(f"{self.file}, line {self.line}, column {column}: {what}")

    def text(self, column: str) -> str:
        """Return a cell that must not be empty, nor longer than a name or a number is."""
        value = self.cells[column]
        if not value:
            raise self.error(column, "is empty")
        if len(value) > LONGEST_NAME:
            raise self.error(column, f"has {len(value):,} characters, more than {LONGEST_NAME}")
        return value

    def optional(self, column: str) -> str:
        """Return a cell that may be empty."""
        return self.cells[column]

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a finite number in ``low..high``."""
        return float(self._converted(column, number_from, "a number", low, high))

    def whole(self, column: str, low: float = -math.inf, high: float = math.inf) -> int:
        """Return a whole number in ``low..high``."""
        return int(self._converted(column, whole_from, "a whole number", low, high))

    def _converted(
        self, column: str, convert: Callable[[str], float], kind: str, low: float, high: float
    ) -> float:
        text = self.text(column)
        try:
            value = convert(text)
        except ValueError:
            raise self.error(column, f"{shown(text)} is not {kind}") from None
        if value < low:
            raise self.error(column, f"{_cut(text)} must be at least {_limit(low)}")
        if value > high:
            raise self.error(column, f"{_cut(text)} must be at most {_limit(high)}")
        if not isinstance(value, int) and not math.isfinite(value):
            raise self.error(column, f"{shown(text)} is not finite")
        return value


def _cut(text: str) -> str:
    return shown(text)[1:-1]


def _limit(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) and value > 9999 else f"{value:g}"


def read_text(
    file: pathlib.Path, error: Error = CountryError, missing: str = "this file is missing"
) -> str:
    """Read a file of text in UTF-8, with or without a byte-order mark."""
    try:
        with file.open("rb") as opened:
            body = opened.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise error(f"{file}: has more than {LARGEST:,} bytes")
        text = body.decode("utf-8-sig")
    except FileNotFoundError:
        raise error(f"{file}: {missing}") from None
    except OSError as fault:
        raise error(f"{file}: cannot be read ({fault.strerror or fault})") from None
    except UnicodeDecodeError as fault:
        line = len(_LINE_END.findall(fault.object[: fault.start].decode("latin-1"))) + 1
        raise error(
            f"{file}, line {line}: cannot be read: it is not UTF-8 text (byte "
            f"0x{fault.object[fault.start]:02x}); save it as UTF-8"
        ) from None
    if found := _CONTROL.search(text):
        line = len(_LINE_END.findall(text[: found.start()])) + 1
        raise error(
            f"{file}, line {line}: holds the character U+{ord(found[0]):04X}, which is no text"
        )
    return text


def lines(text: str) -> list[str]:
    """Return the lines of a text; no other character than CR and LF ends one."""
    found = _LINE_END.split(text)
    return found[:-1] if found[-1] == "" else found


def read_rows(
    file: pathlib.Path,
    columns: Sequence[str],
    error: Error = CountryError,
    *,
    only: Collection[str] | None = None,
    missing: str = "this file is missing",
) -> list[Row]:
    """Read a CSV file that has at least these columns and one row; empty rows are left out.

    ``error`` makes the error of a message. Of other columns there may be those of ``only``, any if
    left out; ``missing`` says what is wrong where there is no such file.
    """
    header: list[str] = []
    rows = []
    for number, line in enumerate(lines(read_text(file, error, missing)), 1):
        if not header and line.startswith("#"):
            continue
        cells = _cells(file, number, line, error)
        if not header:
            header = _header(f"{file}, line {number}", cells, columns, only, error)
        elif any(cells):
            if len(cells) != len(header):
                raise error(
                    f"{file}, line {number}: has {len(cells)} cells "
                    f"where the header has {len(header)}"
                )
            rows.append(Row(file, number, dict(zip(header, cells, strict=True)), error))
    if not rows:
        has = "a header but no rows" if header else "no header and no rows"
        raise error(f"{file}: has {has}")
    return rows


def _cells(file: pathlib.Path, number: int, line: str, error: Error) -> list[str]:
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error as fault:
        what = str(fault)
        if "unexpected end" in what:
            what = "a quote is opened and not closed on this line"
        raise error(f"{file}, line {number}: {what}") from None
    return [composed(cell.strip()) for cell in cells]


def _header(
    at: str, header: list[str], columns: Sequence[str], only: Collection[str] | None, error: Error
) -> list[str]:
    if not any(header):
        raise error(f"{at}: is empty, where the names of the columns must stand")
    for column in columns:
        if column not in header:
            near = nearest(column, header)
            if len(header) == 1 and (found := re.search(r"[;\t|]", header[0])):
                near = f"; cells must be separated by commas, not by {found[0]!r}"
            raise error(f"{at}, column {column}: this column is missing{near}")
    for position, name in enumerate(header, 1):
        if not name:
            raise error(f"{at}: column {position} of {len(header)} has no name")
        if header.index(name) != position - 1:
            raise error(f"{at}, column {name}: this column stands here twice")
        if only is not None and name not in only:
            raise error(
                f"{at}, column {shown(name)[1:-1]}: this column is not known{nearest(name, only)}"
            )
    return header


def read_toml(
    file: pathlib.Path, error: Error, missing: str = "this file is missing"
) -> tuple[dict[str, Any], str]:
    """Read a TOML file; return what it holds and its text."""
    text = read_text(file, error, missing)
    try:
        said = tomllib.loads(text)
        _check_depth(said)
        return said, text
    except tomllib.TOMLDecodeError as fault:
        at = re.search(r"\(at line (\d+), column", str(fault))
        line = at[1] if at else len(lines(text.rstrip("\n"))) or 1
        what = str(fault).split(" (at ")[0]
        what = f"{what[:1].lower()}{what[1:]}"
        raise error(f"{file}, line {line}: this is not TOML: {what}") from None
    except RecursionError:
        raise error(f"{file}: lists or tables stand in each other too deeply") from None
    except ValueError:  # of int()
        raise error(f"{file}: holds a number of thousands of digits") from None


def _check_depth(said: Any) -> None:
    level = [said]
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inner for value in values if isinstance(value, (dict, list))]
    if level:
        raise RecursionError

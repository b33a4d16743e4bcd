"""Reading a design file, so that an error names the file, the line and the field."""

import pathlib
import re
from collections.abc import Callable
from typing import Any, TypeVar

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import DesignError
from defection.batch_runs.sweeps.specification import OF_SPACES, Specification, check_keys, space_of
from defection.country import DEFAULT_COUNTRY, Country, load
from defection.tables import lines, read_toml

T = TypeVar("T")

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")


def read(file: str | pathlib.Path) -> Specification:
    """Read and check a design file (TOML); a ``DesignError`` names file, line and field."""
    file = pathlib.Path(file)
    return _made(file, lambda design: Specification.from_mapping(design, folder=file.parent))


def read_space(
    file: str | pathlib.Path,
    make: Callable[..., Space] = Space.from_parameters,
    country: str | pathlib.Path | Country = DEFAULT_COUNTRY,
) -> Space:
    """Read the space of a search: ``[parameters]``, ``design.preset`` and ``design.vary``.

    They mean what they mean in a design file; ``make`` makes the space of them, with the ranges and
    the defaults of the ``country``. A search has no other key of a design.
    """

    def space(design: dict[str, Any]) -> Space:
        check_keys(design, ("design", "parameters"))
        check_keys(design.get("design", {}), OF_SPACES, "design")
        return space_of(design, make, load(country))

    return _made(pathlib.Path(file), space)


def _made(file: pathlib.Path, make: Callable[[dict[str, Any]], T]) -> T:
    design, text = read_toml(file, DesignError, "there is no such design file")
    try:
        return make(design)
    except DesignError as error:
        line = line_of(text, error.field)
        place = f"{file}, line {line}" if line else f"{file}"
        place += f", {'.'.join(part[:40] for part in error.field)}" if error.field else ""
        raise DesignError(f"{place}: {error}", *error.field) from None


def line_of(text: str, field: tuple[str, ...]) -> int | None:
    """Return the number of the line that says ``field``, or else the nearest part of it."""
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(lines(text), 1):
        header, key = _TABLE.match(line), _KEY.match(line)
        if header:
            table = path = _path(header[1])
        elif key:
            path = table + _path(key[1])
        else:
            continue
        if path == field[: len(path)] and (best is None or len(path) > best[0]):
            best = (len(path), number)
    return best[1] if best else None


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))

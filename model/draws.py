"""Draws of a posterior as data: a table of parameters, and a manifest of how it was made."""

import csv
import dataclasses
import functools
import hashlib
import io
import json
import numbers
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from defection.files import write_beside
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest, parameter

SHIPPED = pathlib.Path(__file__).parent / "data" / "draws"
"""Folder of the draws that are shipped."""

FORMAT = 2


class DrawsError(ParameterError):
    """Draws cannot be read, written or taken; the message names the table and the fault."""


@dataclasses.dataclass(frozen=True)
class Draws:
    """Draws from a posterior, equally weighted."""

    name: str
    varied: tuple[str, ...]
    """The parameters that differ between draws: the columns of the table."""
    rows: tuple[Parameters, ...]
    """Each draw, complete: what did not vary has the manifest's ``fixed`` value or its default."""
    manifest: Mapping[str, Any]
    """How they were made: versions, country, observation, seeds, settings, rounds, and the table's
    fingerprint."""

    def __len__(self) -> int:
        return len(self.rows)

    def draw(self, number: int) -> Parameters:
        """Return one draw as parameters, counted from 0."""
        if isinstance(number, bool) or not isinstance(number, numbers.Integral):
            raise DrawsError(
                f"the number of a draw must be a whole number, not {number!r} "
                f"({type(number).__name__})"
            )
        if not 0 <= number < len(self.rows):
            raise DrawsError(
                f"there is no draw {number}: {self.name} has 0 to {len(self.rows) - 1}"
            )
        return self.rows[int(number)]


@functools.cache
def shipped(name: str = "north_korea") -> Draws:
    """Return shipped draws, read once."""
    return load_draws(name)


def draw(number: int) -> Parameters:
    """Return one of the shipped draws from the posterior given Table 1 (``docs/posterior.md``).

    Parameters
    ----------
    number : int
        Which, counted from 0.

    Returns
    -------
    defection.Parameters
        The draw, complete.

    Raises
    ------
    DrawsError
        There is no draw of this number; the message says how many there are.

    Examples
    --------
    >>> draw(0).memory_weeks >= 200
    True
    """
    return shipped().draw(number)


def load_draws(name: str, folder: pathlib.Path = SHIPPED) -> Draws:
    """Read draws by the name of shipped ones, or from a folder of your own.

    A parameter that has been added since they were made is in neither the table nor the manifest
    and takes its default. ``DrawsError`` where there are none of this name, the table is not the
    one of its manifest, a parameter is unknown, or a value is out of its limits.
    """
    known = tuple(sorted(file.stem for file in folder.glob("*.json")))
    if name not in known:
        raise DrawsError(
            f"there are no draws {name!r}{nearest(name, known)}; "
            f"there are {', '.join(known) or 'none'}"
        )
    manifest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise DrawsError(f"{name}.json has the format {manifest.get('format')!r}, not {FORMAT}")
    body = (folder / f"{name}.csv").read_bytes()
    if hashlib.sha256(body).hexdigest() != manifest["sha256"]:
        raise DrawsError(f"{name}.csv is not the table of its manifest: write both again")
    head, *lines = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    try:
        rows = [
            {one: parameter(one).from_text(text) for one, text in zip(head, line, strict=True)}
            for line in lines
        ]
    except ParameterError as error:
        raise DrawsError(f"{name}.csv: {error}") from None
    return Draws(name, tuple(head), _complete(name, rows, manifest["fixed"]), manifest)


def write_draws(
    rows: Sequence[Mapping[str, Any]],
    varied: Iterable[str],
    folder: pathlib.Path,
    name: str,
    manifest: Mapping[str, Any],
) -> Draws:
    """Write ``NAME.csv`` and ``NAME.json``, and return what :func:`load_draws` reads of them.

    ``rows`` are complete draws. The parameters ``varied`` become columns; the others must have one
    value, which goes into the manifest as ``fixed``. Numbers are written in full, so that a draw
    runs the same wherever it is read. ``DrawsError`` where there is no draw, a parameter is missing
    or out of its limits, or one that is not among ``varied`` varies.
    """
    columns, own = tuple(varied), tuple(PARAMETERS)
    if not rows:
        raise DrawsError(f"{name}: there is no draw")
    for one in own:
        if any(one not in row for row in rows):
            raise DrawsError(f"{name}: there is no column {one!r}")
    complete = [point.as_dict() for point in _complete(name, rows, {})]
    fixed = {one: complete[0][one] for one in own if one not in columns}
    for one, value in fixed.items():
        if any(row[one] != value for row in complete):
            raise DrawsError(
                f"{name}: {one} differs between draws, but is not among those that vary"
            )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[one] for one in columns] for row in complete)
    body = text.getvalue().encode("utf-8")
    write_beside(folder / f"{name}.csv", body)
    about = {
        "format": FORMAT,
        "draws": len(complete),
        "sha256": hashlib.sha256(body).hexdigest(),
        "fixed": fixed,
        **manifest,
    }
    write_beside(folder / f"{name}.json", f"{json.dumps(about, indent=1)}\n".encode())
    return load_draws(name, folder)


def _complete(
    name: str, rows: Sequence[Mapping[str, Any]], fixed: Mapping[str, Any]
) -> tuple[Parameters, ...]:
    done = []
    for number, row in enumerate(rows):
        try:
            done.append(Parameters(**{**fixed, **row}))
        except ParameterError as error:
            raise DrawsError(f"{name}, draw {number}: {error}") from None
    return tuple(done)

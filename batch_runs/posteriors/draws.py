"""Accepted draws of a posterior as data: a table of parameters, with a manifest that says how it was made."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from defection.batch_runs.posteriors.errors import PosteriorError
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest

SHIPPED = pathlib.Path(__file__).parent / "data"
FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Draws:
    """Draws of all parameters; those that did not vary stand there with their value."""

    name: str
    table: pd.DataFrame
    """A row per draw and a column for every parameter, in the order of the documentation."""
    manifest: Mapping[str, Any]
    """How they were made: version, country, seeds, method, settings, coverage, and the fingerprint of the table."""

    def __len__(self) -> int:
        return len(self.table)

    def draw(self, number: int) -> Parameters:
        """Return one draw as parameters, counted from 0."""
        if not 0 <= number < len(self.table):
            raise PosteriorError(f"there is no draw {number}: {self.name} has 0 to {len(self.table) - 1}")
        return Parameters(**self.table.iloc[number].to_dict())


def write_draws(table: pd.DataFrame, folder: pathlib.Path, name: str, manifest: Mapping[str, Any]) -> Draws:
    """Write ``NAME.csv`` and ``NAME.json``, and return what :func:`load_draws` reads of them.

    Numbers are written in full, so that a draw runs the same wherever it is read.
    """
    _checked(table, name)
    folder.mkdir(parents=True, exist_ok=True)
    body = table[list(PARAMETERS)].to_csv(index=False, lineterminator="\n").encode()
    (folder / f"{name}.csv").write_bytes(body)
    told = {"format": FORMAT, "draws": len(table), "sha256": hashlib.sha256(body).hexdigest(), **manifest}
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return load_draws(name, folder)


def load_draws(name: str, folder: pathlib.Path = SHIPPED) -> Draws:
    """Read draws by the name of shipped ones, or from a folder of your own.

    Raises
    ------
    PosteriorError
        There are none of this name, the table is not the one of its manifest, or a value is out of a parameter's limits.
    """
    known = tuple(sorted(file.stem for file in folder.glob("*.json")))
    if name not in known:
        raise PosteriorError(f"there are no draws {name!r}{nearest(name, known)}; there are {', '.join(known) or 'none'}")
    manifest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise PosteriorError(f"{name}.json has the format {manifest.get('format')!r}, not {FORMAT}")
    file = folder / f"{name}.csv"
    if hashlib.sha256(file.read_bytes()).hexdigest() != manifest["sha256"]:
        raise PosteriorError(f"{name}.csv is not the table of its manifest: write both again")
    table = pd.read_csv(file, dtype={p.name: str for p in PARAMETERS.values() if p.kind in ("choice", "years")}, keep_default_na=False)
    _checked(table, name)
    return Draws(name, table, manifest)


def _checked(table: pd.DataFrame, name: str) -> None:
    missing = [one for one in PARAMETERS if one not in table.columns]
    if missing or table.empty:
        raise PosteriorError(f"{name}: " + (f"there is no column {missing[0]!r}" if missing else "there is no draw"))
    for number, row in enumerate(table[list(PARAMETERS)].to_dict("records")):
        try:
            Parameters(**row)
        except ParameterError as error:
            raise PosteriorError(f"{name}, draw {number}: {error}") from None

"""Points that earlier searches found: what of them still holds, and is not searched for again.

When a result of searches is renewed, the row of a region is taken as it is where neither runs nor
data, defaults, budget or axes have changed, and its point lies in the region. (That a range has
become wider is not noticed.) Where runs of several news circles alone are others now, a region that
has some is searched on from its point only. All else is searched in full. What a point scores on
fresh seeds is worked out anew in any case.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection import golden
from defection.batch_runs.designs import Space
from defection.country import load
from defection.files import digest, replaced_file
from defection.parameters import PARAMETERS, Parameters
from defection.provenance import behaviour
from defection.replication.result import Result
from defection.replication.runs import Runs

GENERATIONS, QUICK_GENERATIONS = 20, 1
"""Generations by which a region is searched on from the point that was found before."""
SEED_STEP = 500
"""How far the roots of the seeds lie from each other with which a region is searched on."""
SAID = "renewed from a point found before"

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class KeptPoints:
    """The rows that a result has kept of its regions.

    Parameters
    ----------
    rows : sequence of mapping
        Those that may be used: none where anything but runs of several circles has changed.
    circles_changed : bool
        Whether runs of several news circles are others now.
    compares : bool
        Whether every row is to come about again as it did, to be compared.
    generations : int
        By how many a region is searched on.
    """

    rows: Sequence[Row] = ()
    circles_changed: bool = False
    compares: bool = False
    generations: int = GENERATIONS

    @classmethod
    def from_runs(cls, runs: Runs, result: Result, file: str) -> KeptPoints:
        """Return the rows that are kept of a result in the list ``fitted`` of a file."""
        stored, count = runs.stored, QUICK_GENERATIONS if runs.quick else GENERATIONS
        if runs.kept_points == "left" or stored.changes(result, {}, circles=False):
            return cls(generations=count)
        changed = bool(stored.changes(result, {}, circles=True))
        rows = stored.tables(result.name)[file]["fitted"]
        return cls(tuple(rows), changed, runs.kept_points == "compared", count)

    def found(
        self,
        job: tuple[str, str],
        space: Space,
        said: Row,
        search: Callable[[], dict[str, Any]],
        further: Callable[[Row, int], dict[str, Any]],
    ) -> dict[str, Any]:
        """Return the row of a region, taken, searched on, or searched for.

        Parameters
        ----------
        job : tuple of str
            Region, and what it is fitted to.
        space : Space
            Where the region is searched.
        said : mapping
            What a row must say to be of this search: its budget, for instance.
        search : function
            Searches in full.
        further : function of a row and a number of generations
            Searches on from the row's point.
        """
        row = self._usable(job, space, said)
        if row is None or self.compares:
            renewed = row.get("renewed") if row else None
            return further(renewed["from"], renewed["generations"]) if renewed else search()
        if self.circles_changed and golden.reads_circles(_law(row)):
            return further(row, self.generations)
        return dict(row)

    def _usable(self, job: tuple[str, str], space: Space, said: Row) -> Row | None:
        """Return the row of a region if it is of the same search, and its point of the region."""
        for row in self.rows:
            if (row["region"], row["split"]) == job:
                said = {**said, "searched": space.names}
                same = all(row.get(name) == value for name, value in said.items())
                return row if same and lies_in(space, row["parameters"]) else None
        return None


def _law(row: Row) -> Parameters:
    law = {name: row["parameters"][name] for name in PARAMETERS if name in row["parameters"]}
    return Parameters(**law)


def lies_in(space: Space, parameters: Row) -> bool:
    """Return whether a point lies in a space, but for the last digits of what is kept.

    Examples
    --------
    >>> space = Space.from_parameters({"famine_effect": {"low": 0.0, "high": 2.0}})
    >>> here = Parameters(famine_effect=1.5).as_dict()
    >>> lies_in(space, here), lies_in(space, here | {"famine_effect": 3.0})
    (True, False)
    >>> lies_in(space, here | {"memory_weeks": 3})
    False
    """
    table = pd.DataFrame([parameters])
    inside = space.complete(table[space.names]).iloc[0]
    unit = space.unit(table)
    return bool(((unit > -1e-6) & (unit < 1 + 1e-6)).all()) and all(
        np.isclose(inside[name], value, rtol=1e-6)
        if isinstance(value, float)
        else inside[name] == value
        for name, value in parameters.items()
        if name in inside
    )


def times_renewed(row: Row) -> int:
    """Return how often a point was searched on.

    Examples
    --------
    >>> times_renewed({"renewed": {"from": {"renewed": {"from": {}}}}})
    2
    """
    return 1 + times_renewed(row["renewed"]["from"]) if "renewed" in row else 0


def renewed(row: Row, made: Row, generations: int) -> dict[str, Any]:
    """Return the row of a region that was searched on from another row.

    Its runs are those of all searches that led to the point.
    """
    how = {"said": SAID, "generations": generations, "runs": made["runs"], "from": dict(row)}
    return {**made, "runs": row["runs"] + made["runs"], "renewed": how}


def lacking(
    rows: Sequence[Row], jobs: Sequence[tuple[str, str]], regions: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return, in words, which regions have no row, or the row of a region that was another.

    Examples
    --------
    >>> lacking([], [("a", "rule"), ("b", "rule")], {})
    ('regions that were never searched: a (rule); b (rule)',)
    """
    there = {(row["region"], row["split"]): row["parameters"] for row in rows}
    known = [job for job in jobs if job in there and job[0] in regions]
    others = [job for job in known if not lies_in(regions[job[0]].space(), there[job])]
    found = {"regions that were never searched": [job for job in jobs if job not in there],
             "regions that are others now": others}  # fmt: skip
    return tuple(
        f"{said}: " + "; ".join(f"{region} ({split})" for region, split in named)
        for said, named in found.items()
        if named
    )


def text(rows: Sequence[Row]) -> str:
    """Return which regions of a page were searched on, and with how many runs; or nothing."""
    own = [row for row in rows if "renewed" in row]
    if not own:
        return ""
    each = (f"{row['region']}, {row['split']} ({row['renewed']['runs']:,} of "
            f"{row['runs']:,} runs)" for row in own)  # fmt: skip
    return f"{SAID.capitalize()}, with so many runs more: {'; '.join(each)}."


def working_folder(runs: Runs, name: str) -> pathlib.Path | None:
    """Return where the parts of a result's searches are kept, by behaviour and data."""
    country = load("north_korea")
    data = [country.fingerprint, country.journey and country.journey.fingerprint]
    said = json.dumps([behaviour(journey=True), data], sort_keys=True)
    return None if runs.work is None else runs.work / name / digest(said.encode())[:8]


def part(
    folder: pathlib.Path | None,
    name: str,
    make: Callable[[], dict[str, Any]],
    same: Callable[[Row], bool],
) -> dict[str, Any]:
    """Return a part of a working folder that is the ``same``; else make it, and keep it there."""
    file = None if folder is None else folder / f"{name}.json"
    if file is not None and file.exists():
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if same(kept):
            return kept
    made = make()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(file, force=True) as beside:
            beside.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return made

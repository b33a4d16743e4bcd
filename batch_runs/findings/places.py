"""The points of the parameters that findings look at: the best regions that searches found, the defaults, the paper's own values."""

from __future__ import annotations

import dataclasses

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.findings.facts import paper_point
from defection.batch_runs.searches.evaluation import SearchError
from defection.batch_runs.searches.shipped import FOUND, read_regions, readings, regions_of
from defection.parameters import PARAMETERS, Parameters

SAME_MODEL = ("baseline", "once more", "refined", "the paper's ranges")
"""Searches of the paper's model with the default readings; those that are not shipped are left out."""

MARGIN = 5.0
"""A region counts as fitting as well if its stored score, on seeds that did not choose it, is at most so much worse than the best."""


@dataclasses.dataclass(frozen=True)
class Place:
    """One point: its number is part of the ids of its runs."""

    number: int
    name: str
    parameters: Parameters
    source: str
    good: bool = False
    """Whether it is one of the regions that fit nearly as well as the best."""


def winners() -> pd.DataFrame:
    """Return all winners of the paper's model that are shipped, best first: ``name``, ``score`` and the parameters."""
    known, tables = readings(), []
    for reading in SAME_MODEL:
        if reading not in known and not (FOUND / f"{reading}.csv").exists():
            continue
        table = regions_of(reading) if reading in known else read_regions(FOUND / f"{reading}.csv")
        many = len(table) > 1
        tables.append(table.assign(name=[f"{reading}, {n + 1}" if many else reading for n in range(len(table))]))
    earlier = FOUND / "earlier.csv"
    if earlier.exists():
        table = read_regions(earlier)
        tables.append(table.assign(name=[f"earlier try, {n + 1}" for n in range(len(table))]))
    if not tables:
        raise SearchError(f"no region is shipped in {FOUND}")
    names = list(PARAMETERS)
    every = pd.concat([table[["name", "score", *names]] for table in tables], ignore_index=True)
    every = every.sort_values("score", kind="stable")
    return every.drop_duplicates(Space.of(vary="all").names, ignore_index=True)


def places() -> list[Place]:
    """Return the regions that fit nearly as well as the best, the best first, then the defaults and the paper's own values."""
    every = winners()
    near = every[every["score"] <= every["score"].min() + MARGIN]
    found = [
        Place(number, str(row["name"]), Parameters(**{name: row[name] for name in PARAMETERS}), "batch_runs/searches/found", good=True)
        for number, row in enumerate(near.to_dict("records"))
    ]
    others = {"the defaults": Parameters(), "the paper's values": paper_point()}
    sources = {"the defaults": "model/parameters.py", "the paper's values": "batch_runs/findings/known/paper_values.csv"}
    for name, point in others.items():
        found.append(Place(len(found), name, point, sources[name]))
    return found

"""The points of the parameters that findings look at: the best regions that searches found, the defaults, the paper's own values."""

from __future__ import annotations

import dataclasses

import pandas as pd

from defection.parameters import PARAMETERS, Parameters
from defection.replication.best_regions import regions_of
from defection.replication.observed import paper_point

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
    """Return the best candidate of every start of the searches from nothing, best first: ``name``, ``score`` and the parameters."""
    table = (
        regions_of("baseline")
        .sort_values("score", kind="stable")
        .drop_duplicates(["root", "start"], ignore_index=True)
    )
    names = [f"region {number + 1}" for number in range(len(table))]
    return table.assign(name=names)[["name", "root", "score", *PARAMETERS]]


def places() -> list[Place]:
    """Return the regions that fit nearly as well as the best, the best first, then the defaults and the paper's own values."""
    every = winners()
    near = every[every["score"] <= every["score"].min() + MARGIN]
    found = [
        Place(
            number,
            str(row["name"]),
            Parameters(**{name: row[name] for name in PARAMETERS}),
            f"replication/found/baseline.csv, root {row['root']:.0f}",
            good=True,
        )
        for number, row in enumerate(near.to_dict("records"))
    ]
    others = {"the defaults": Parameters(), "the paper's values": paper_point()}
    sources = {
        "the defaults": "model/parameters.py",
        "the paper's values": "replication/known/paper_values.csv",
    }
    for name, point in others.items():
        found.append(Place(len(found), name, point, sources[name]))
    return found

"""The points that results look at: the best regions, the baseline, the paper's own values."""

import dataclasses

import pandas as pd

from defection.idle import IDLE
from defection.parameters import Parameters
from defection.replication.best_regions import parameters_of, regions_of
from defection.replication.reported import FIRST_REPRESSION, PAPER, published
from defection.replication.result import Result

MARGIN = 5.0
"""A region fits nearly as well as the best if its stored score, on seeds that did not choose it, is
at most so much worse."""


@dataclasses.dataclass(frozen=True)
class Point:
    """One point: its number is part of the ids of its runs.

    Parameters
    ----------
    number : int
        Part of the ids of its runs, from 0.
    name, source : str
        What it is called and where its parameters stand.
    parameters : Parameters
        The parameters.
    good : bool
        Whether it is one of the regions that fit nearly as well as the best.

    Examples
    --------
    >>> points()[0].name
    'region 1'
    """

    number: int
    name: str
    parameters: Parameters
    source: str
    good: bool = False


def winners(candidates: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the best candidate of every start of the searches from nothing, best first."""
    table = regions_of("baseline") if candidates is None else candidates
    table = table.sort_values("score", kind="stable")
    table = table.drop_duplicates(["root", "start"], ignore_index=True)
    names = [f"region {number + 1}" for number in range(len(table))]
    return table.assign(name=names)


def points(candidates: pd.DataFrame | None = None) -> list[Point]:
    """Return the points that are compared, in the order of their numbers.

    They are the regions that fit nearly as well as the best of the candidates of the searches from
    nothing (default: those that are shipped), best first; the baseline; the paper's own values.
    """
    table = winners(candidates)
    near = table[table["score"] <= table["score"].min() + MARGIN]
    source = "replication/found/baseline.csv, root"
    rows = [
        (row["name"], parameters_of(row), f"{source} {row['root']}", True)
        for _, row in near.iterrows()
    ]
    rows.append(("the baseline", Parameters(), "model/parameters.py", False))
    rows.append(("the paper's values", paper_point(), "replication/reported.py", False))
    return [Point(number, *row) for number, row in enumerate(rows)]


def paper_point() -> Parameters:
    """Return the point with the paper's values; what it leaves out is from an early search."""
    rows = published("unreported_values")
    values = dict(zip(rows["parameter"], rows["value"], strict=True))
    values |= {name: one.value for name, one in PAPER.items() if one.value is not None}
    return Parameters(**values, initial_repression=FIRST_REPRESSION)


def table_of(these: list[Point]) -> pd.DataFrame:
    """Return points as a table."""
    rows = [{"point": p.number, "name": p.name, "source": p.source} for p in these]
    values = pd.DataFrame([p.parameters.as_dict() for p in these])
    return pd.DataFrame(rows).join(values.drop(columns=list(IDLE)))


RESULT = Result(
    name="points", title="The points that are compared",
    compute=lambda runs: {"points": table_of(runs.points)}, needs=("baseline",),
    reads=("published/unreported_values.csv",), seconds=0,
)  # fmt: skip

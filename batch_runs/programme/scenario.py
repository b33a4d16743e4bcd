"""A programme as its file says it: years, funds, costs, and assumptions.

An assumption is off, sourced (by a file of the country) or the user's own, with a source.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from defection.batch_runs.errors import check_known
from defection.batch_runs.programme.assumptions import (
    ASSUMPTIONS,
    MOST_RESCUES,
    NEWS,
    Stated,
    read_assumptions,
    span,
)
from defection.batch_runs.programme.inputs import Input, ProgrammeError, number, read_input
from defection.batch_runs.programme.paths import WHOM
from defection.batch_runs.programme.published import Sourced
from defection.checks import shown, whole
from defection.country import Country
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS, ParameterError, parameter
from defection.streams import checked_seed
from defection.tables import read_toml

TABLES = {
    "programme": ("years", "funds_usd", "rescues", "whom", "discount", "threshold_usd"),
    "costs": ("per_rescue_usd", "share_to_rescues"),
    "assumptions": (),
    "parameters": (),
    "chance": ("points", "runs", "pairs", "seed"),
}
COSTS = {
    "per_rescue_usd": ("cost of a rescue, USD", (1.0, 1e7)),
    "share_to_rescues": ("share of the funds that goes to rescues", (1e-6, 1.0)),
}
MOST_POINTS, MOST_RUNS, MOST_FUNDS = 4096, 10_000, 1e10


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A programme, checked."""

    years: tuple[int, int]
    funds_usd: float | None
    rescues: float | None
    whom: str
    discount: float
    """Per year, of money, from the first year of the programme on."""
    threshold_usd: float | None
    """What an additional arrival may cost, as the user says."""
    inputs: tuple[Input, ...]
    """Costs, the assumptions that are on, and ranges of parameters, in this order."""
    stated: Stated
    parameters: Mapping[str, Any]
    points: int
    runs: int
    pairs: int
    """Paired runs of the law at each point, where news is on."""
    seed: int

    def on(self, name: str) -> bool:
        """Whether an assumption is on."""
        return any(one.name == f"assumptions.{name}" for one in self.inputs)

    @property
    def discounted(self) -> str:
        """What stands beside amounts of money that are discounted."""
        return " (discounted)" if self.discount else ""


def merged(
    said: Mapping[str, Any] | str | pathlib.Path, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the tables of a programme's file, or a mapping of them, with changes by dotted names.

    Raises
    ------
    ProgrammeError
        The file cannot be read, or a table or key is unknown.
    """
    if not isinstance(said, Mapping):
        said, _ = read_toml(pathlib.Path(said), ProgrammeError)
    said = dict(said)
    regions = said.pop("regions", None)
    tables = _tables(said, changes)
    return tables if regions is None else {"regions": regions, **tables}


def read_scenario(said: Mapping[str, Any], country: Country, published: Sourced) -> Scenario:
    """Read the tables of a programme's file, and check them.

    Raises
    ------
    ProgrammeError
        A key is unknown, a source or a number is missing, or a value is outside its limits.
    """
    tables = merged(said, {})
    if "regions" in tables:
        raise ProgrammeError(
            "regions are for the command; in Python give the parameters of one, and its name as "
            "region"
        )
    what = tables["programme"]
    if "years" not in what:
        raise ProgrammeError("[programme] needs years")
    years = span("years", what["years"], country, published)
    if ("funds_usd" in what) == ("rescues" in what):
        raise ProgrammeError("[programme] needs one of funds_usd and rescues, a year")
    funds = _amount(what, "funds_usd", MOST_FUNDS)
    people = _amount(what, "rescues", MOST_RESCUES)
    inputs = [_cost(name, tables["costs"]) for name in COSTS]
    stated = read_assumptions(tables["assumptions"], country, published)
    is_heard = f"assumptions.{NEWS}" in {one.name for one in stated.inputs}
    if is_heard and years[1] > country.years[-1]:
        raise ProgrammeError(
            f"news ends with the law, in {country.years[-1]}: nobody at home could hear of rescues "
            f"in {what['years']}; end the years by then, or set news to 'off'"
        )
    fixed, ranges = _parameters(tables["parameters"])
    chance = tables["chance"]
    points = whole("points", chance.get("points", 256), most=MOST_POINTS, error=ProgrammeError)
    if points & (points - 1):
        raise ProgrammeError(f"points = {points:,} must be a power of two, such as 64 or 256")
    return Scenario(
        years=years, funds_usd=funds, rescues=people,
        whom=_whom(what.get("whom", next(iter(WHOM)))),
        discount=number("discount", what.get("discount", 0.0), 0.0, 1.0),
        threshold_usd=_amount(what, "threshold_usd", MOST_FUNDS),
        inputs=(*inputs, *stated.inputs, *ranges), stated=stated, parameters=fixed,
        points=points, seed=checked_seed(chance.get("seed", 1)),
        pairs=whole("pairs", chance.get("pairs", 20), 2, most=MOST_RUNS, error=ProgrammeError),
        runs=whole("runs", chance.get("runs", 20), most=MOST_RUNS, error=ProgrammeError),
    )  # fmt: skip


def _tables(said: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
    for name, rows in said.items():
        check_known(f"there is no table [{name}]", name, TABLES, ProgrammeError)
        if not isinstance(rows, Mapping):
            raise ProgrammeError(f"{name} = {shown(rows)} must be a table: [{name}]")
        tables[name].update(rows)
    for dotted, value in changes.items():
        name, dot, key = dotted.partition(".")
        if not dot:
            raise ProgrammeError(f"{shown(dotted)} is not TABLE.NAME, as assumptions.other_groups")
        check_known(f"there is no table [{name}]", name, TABLES, ProgrammeError)
        tables[name][key] = value
    for name, rows in tables.items():
        known = tuple(ASSUMPTIONS) if name == "assumptions" else TABLES[name]
        for key in rows if known else ():
            check_known(f"[{name}] has no {shown(key)}", key, known, ProgrammeError)
    return tables


def _amount(what: Mapping[str, Any], name: str, most: float) -> float | None:
    return number(name, what[name], 0.0, most) if name in what else None


def _whom(said: object) -> str:
    check_known(f"whom = {shown(said)} is not one of them", said, WHOM, ProgrammeError)
    return str(said)


def _cost(name: str, said: Mapping[str, Any]) -> Input:
    if name not in said:
        raise ProgrammeError(f"[costs] needs {name}")
    words, limits = COSTS[name]
    share = name == "share_to_rescues"
    return read_input(f"costs.{name}", said[name], words, limits, is_share=share)


def _parameters(said: Mapping[str, Any]) -> tuple[dict[str, Any], list[Input]]:
    """Return fixed parameters, and ranges of those of the journey."""
    fixed: dict[str, Any] = {}
    ranges = []
    for name, value in said.items():
        if name not in ALL_PARAMETERS:
            parameter(name)  # says which is nearest
        if not isinstance(value, Mapping):
            fixed[name] = value
            continue
        own = JOURNEY_PARAMETERS.get(name)
        if own is None or own.kind != "number" or own.extension:
            raise ParameterError(
                f"{name} can have one value only: ranges are of numbers of the journey"
            )
        ranges.append(
            read_input(f"parameters.{name}", value, f"{own.meaning[:1].lower()}{own.meaning[1:]}",
                       (own.low, own.high), is_share=own.unit == "share")
        )  # fmt: skip
    return fixed, ranges

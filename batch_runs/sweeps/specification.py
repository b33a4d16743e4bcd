"""What a sweep is to do, read from a mapping (a design file, or Python) and checked first."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import psutil

from defection.batch_runs.designs import DESIGNS, Design, Points
from defection.batch_runs.designs.axes import Axis, Fixed, Listed, levels
from defection.batch_runs.designs.space import Space
from defection.batch_runs.errors import DesignError, PlanError, check_known, in_field
from defection.batch_runs.store.plan import Plan
from defection.batch_runs.store.plan_checks import LARGEST
from defection.batch_runs.store.retired import PLAN_NAMES
from defection.batch_runs.store.series import Series
from defection.batch_runs.store.versions import about
from defection.checks import notice, shown, whole
from defection.country import Country, checked_weeks, load
from defection.country_folders import resolved
from defection.interventions import unreached
from defection.parameters import (
    ALL_PARAMETERS,
    JOURNEY_PARAMETERS,
    ParameterError,
    Parameters,
    nearest,
)
from defection.presets import preset_called

KEYS = ("seed", "country", "weeks", "design", "parameters", "series")
TABLES = ("design", "parameters", "series")
DESIGN_KEYS = ("kind", "replicates", "common_random_numbers", "preset", "vary", "limit")
OF_SPACES = ("preset", "vary")
"""Keys under ``[design]`` that say where a design or a search goes."""
MOST_RUNS = 10_000_000_000
BYTES_OF_A_POINT = 400
"""Memory that a point takes while the design is planned."""


@dataclasses.dataclass(frozen=True)
class Specification:
    """A checked design: which points, how many replicates of each, and what is kept."""

    seed: int
    design: Design
    space: Space
    replicates: int = 1
    common_random_numbers: bool = False
    limit: int = LARGEST
    country: str = "north_korea"
    weeks: int | None = None
    series: Series = dataclasses.field(default_factory=Series)

    @classmethod
    def from_mapping(
        cls, design: Mapping[str, Any], *, folder: pathlib.Path | None = None, check: bool = True
    ) -> Specification:
        """Read a design or raise ``DesignError``; ``folder`` is where relative paths start.

        Without ``check`` the country and a file of points are not looked at: a plan has what it
        needs of them.
        """
        folder = folder or pathlib.Path()
        check_keys(design, KEYS)
        if "seed" not in design:
            raise DesignError("seed is missing: give a whole number, such as seed = 1", "seed")
        table, common = design.get("design", {}), "common_random_numbers"
        if not isinstance(table.get(common, False), bool):
            said = f"{common} must be true or false, not {shown(table[common])}"
            raise DesignError(said, "design", common)
        name = _country(design.get("country", "north_korea"), folder)
        made = cls(
            seed=_whole(design["seed"], "seed", least=0),
            design=_design(table, folder),
            space=space_of(design, Space.from_parameters, _loaded(name) if check else None),
            replicates=_whole(table.get("replicates", 1), "design", "replicates"),
            common_random_numbers=table.get(common, False),
            limit=_whole(table.get("limit", LARGEST), "design", "limit", most=MOST_RUNS),
            country=name,
            weeks=design.get("weeks"),
            series=Series.from_mapping(design.get("series", {})),
        )
        if check:
            if isinstance(made.design, Points):
                made = dataclasses.replace(made, space=made.design.covered(made.space))
            made._check()
        return made

    @classmethod
    def from_plan(cls, plan: Plan) -> Specification:
        """Return the design of a plan; what it fixes are the defaults of its space."""
        try:
            made = cls.from_mapping(plan.design, check=False)
            defaults = Parameters(**made.space.fixed)
        except (DesignError, ParameterError) as error:
            raise PlanError(f"the design in the plan cannot be: {error}") from None
        return dataclasses.replace(made, space=dataclasses.replace(made.space, defaults=defaults))

    def about(self, points: Callable[[], pd.DataFrame]) -> dict[str, Any]:
        """Return what all runs depend on, as a plan keeps it; of a file what ``points`` returns."""
        space = self.space
        if isinstance(self.design, Points):
            space = space.listing(points())
        how = {"journey": space.has_journey, "news": space.has_neighbours}
        how["by_reading"], how["crossings"] = space.has_readings, self.series.keeps_crossings
        return about(self.country, self.weeks, **how, specification=self.described())

    def _check(self) -> None:
        country = _loaded(self.country)
        with in_field("weeks"):
            weeks = checked_weeks(self.weeks, country)
        space = self.space
        if isinstance(self.design, Points):
            space = self.design.check(country, space)
        else:
            space.check(country)
        dated = next(one for one in space.axes if one.name == "interventions")
        if late := "; ".join(filter(None, (unreached(t, country, weeks) for t in levels(dated)))):
            notice(late)
        for name, _ in self.series.where:
            if name in JOURNEY_PARAMETERS and not self.space.has_journey:
                said = f"a condition cannot name {name}: the journey is off"
                raise DesignError(said, "series", "where", name)
        points, free = self.design.size(self.space), psutil.virtual_memory().available
        if points * self.replicates > self.limit:
            own = ("points",) if hasattr(self.design, "points") else ()
            raise DesignError(
                f"the design has {points * self.replicates:,} runs ({points:,} points, "
                f"{self.replicates:,} replicates each), more than the limit of {self.limit:,}: "
                "take fewer, or state a higher design.limit",
                "design",
                *(("limit",) if self.limit != LARGEST else own),
            )
        if points * BYTES_OF_A_POINT > free:
            raise DesignError(
                f"the design has {points:,} points, more than the free memory holds "
                f"({free // BYTES_OF_A_POINT:,}): take fewer, or several sweeps",
                "design",
            )

    def described(self) -> dict[str, Any]:
        """Return the whole design as plain values; :meth:`from_mapping` reads it back."""
        own = {
            f.name: str(value) if isinstance(value, pathlib.Path) else value
            for f in dataclasses.fields(self.design)
            if (value := getattr(self.design, f.name)) is not None
        }
        design = {
            "kind": self.design.kind,
            **own,
            "replicates": self.replicates,
            "common_random_numbers": self.common_random_numbers,
            "limit": self.limit,
        }
        return {
            "seed": self.seed,
            "country": self.country,
            **({} if self.weeks is None else {"weeks": self.weeks}),
            "design": design,
            "parameters": {one.name: described_axis(one) for one in self.space.axes},
            "series": self.series.described(),
        }


def space_of(
    design: Mapping[str, Any], make: Callable[..., Space], country: Country | None
) -> Space:
    """Return the space that ``[parameters]`` and ``[design]`` say, as ``make`` makes it.

    Without a ``country`` it is of a plan, which says every parameter that there was.
    """
    table = design.get("design", {})
    how: dict[str, Any] = {"ranges": {}, "defaults": Parameters()}
    if country is not None:
        how = {"ranges": country.ranges, "defaults": country.defaults}
        if "preset" in table:
            with in_field("design", "preset"):
                if not isinstance(name := table["preset"], str):
                    raise DesignError(f"preset must be a name, not {shown(name)}")
                preset = preset_called(name, country.presets, country.name)
            how["defaults"] = preset.parameters()
    return make(design.get("parameters"), vary=table.get("vary", ()), **how)


def described_axis(one: Axis) -> Any:
    """Return what a design says of a parameter, as ``Space.from_parameters`` reads it."""
    if isinstance(one, Fixed):
        return one.value
    if isinstance(one, Listed):
        return list(one.choices)
    steps = {} if one.steps is None else {"steps": one.steps}
    return {"low": one.low, "high": one.high, "scale": "log" if one.log else "linear", **steps}


def check_keys(stated: Mapping[str, Any], known: tuple[str, ...], *at: str) -> None:
    """Refuse keys that a table has not, and at the top what must be a table and is none."""
    for key in stated:
        if key not in known:
            near = nearest(key, known)
            if key in PLAN_NAMES:
                near = f"; it is called {PLAN_NAMES[key]} now"
            elif not at and key in ALL_PARAMETERS:
                near = "; parameters belong under [parameters]"
            elif not at and key in DESIGN_KEYS:
                near = "; it belongs under [design]"
            place = f" in [{'.'.join(at)}]" if at else ""
            said = f"there is no key {shown(key)}{place}{near}; there are {', '.join(known)}"
            raise DesignError(said, *at, key)
        if not at and key in TABLES and not isinstance(stated[key], Mapping):
            raise DesignError(f"{key} must be a table, [{key}]", key)


def _design(table: Mapping[str, Any], folder: pathlib.Path) -> Design:
    kind = table.get("kind")
    said = f"kind = {shown(kind)} is not a design" if "kind" in table else "design.kind is missing"
    check_known(said, kind, DESIGNS, DesignError, "design", "kind")
    maker = DESIGNS[str(kind)]
    own = {f.name: f for f in dataclasses.fields(maker)}
    check_keys(table, (*DESIGN_KEYS, *own), "design")
    values: dict[str, Any] = {}
    for name, field in own.items():
        if name not in table:
            if field.default is dataclasses.MISSING:
                said = f"design.{name} is missing: a {kind} design needs it"
                raise DesignError(said, "design", name)
        elif maker is Points:
            if not isinstance(table[name], str):
                said = f"{name} must be the name of a CSV file, not {shown(table[name])}"
                raise DesignError(said, "design", name)
            values[name] = (folder / table[name]).absolute()
        else:
            values[name] = _whole(table[name], "design", name, least=2 if name == "steps" else 1)
    return maker(**values)


def _country(stated: Any, folder: pathlib.Path) -> str:
    if not isinstance(stated, str) or not stated.strip():
        raise DesignError(f"country must be a name or a folder, not {shown(stated)}", "country")
    return resolved(stated, folder)


def _loaded(name: str) -> Country:
    with in_field("country"):
        return load(name)


def _whole(value: Any, *field: str, least: int = 1, most: int | None = None) -> int:
    with in_field(*field):
        return whole(field[-1], value, least, most=most)

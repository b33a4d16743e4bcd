"""What a sweep is asked to do, read from a mapping (a design file, or Python) and checked before anything runs."""

from __future__ import annotations

import dataclasses
import numbers
import pathlib
from collections.abc import Mapping
from typing import Any

from defection.batch_runs.designs import DESIGNS, Design, DesignError, Fixed, Listed, Points, Space
from defection.batch_runs.designs.space import Axis
from defection.batch_runs.store.series import Series
from defection.country import CountryError, checked_weeks, load
from defection.parameters import PARAMETERS, ParameterError, nearest
from defection.streams import SeedError, checked_seed

KEYS = ("seed", "country", "weeks", "design", "parameters", "series")
DESIGN_KEYS = ("kind", "replicates", "common_random_numbers", "vary", "limit")
LARGEST = 10_000_000
"""Runs that a design may have unless it states another ``limit``."""


@dataclasses.dataclass(frozen=True)
class Specification:
    """A checked design: which points, how many replicates of each, with which seed, and what is kept."""

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
        cls, given: Mapping[str, Any], *, folder: pathlib.Path | None = None, check: bool = True
    ) -> Specification:
        """Read and check a design; ``folder`` is where relative paths start.

        Without ``check`` the country and a file of points are not looked at: a plan has what it
        needs of them.

        Raises
        ------
        DesignError
            Unknown key or parameter (with the nearest right name), value out of range, empty list,
            too many runs; its ``field`` says where.
        """
        folder = folder or pathlib.Path()
        _check_keys(given, KEYS, ())
        for table in ("design", "parameters", "series"):
            if not isinstance(given.get(table, {}), Mapping):
                raise DesignError(f"{table} must be a table, [{table}]", table)
        if "seed" not in given:
            raise DesignError(
                "seed is missing: give a whole number, such as seed = 1, so that the sweep can be repeated",
                "seed",
            )
        try:
            seed = (
                checked_seed(given["seed"])
                if _is_whole(given["seed"])
                else _refuse_seed(given["seed"])
            )
        except SeedError as error:
            raise DesignError(str(error), "seed") from None
        table = given.get("design", {})
        design = _design(table, folder)
        space = Space.from_parameters(given.get("parameters"), vary=table.get("vary", ()))
        made = cls(
            seed=seed,
            design=design,
            space=space,
            replicates=_whole(table.get("replicates", 1), "design", "replicates"),
            common_random_numbers=_truth(
                table.get("common_random_numbers", False), "design", "common_random_numbers"
            ),
            limit=_whole(table.get("limit", LARGEST), "design", "limit"),
            country=_country(given.get("country", "north_korea"), folder),
            weeks=given.get("weeks"),
            series=Series.from_mapping(given.get("series", {})),
        )
        if check:
            made._check()
        return made

    def _check(self) -> None:
        try:
            country = load(self.country)
        except CountryError as error:
            raise DesignError(str(error), "country") from None
        try:
            checked_weeks(self.weeks, country)
        except ParameterError as error:
            raise DesignError(str(error), "weeks") from None
        for one in self.space.axes:
            if one.name == "famine_years":
                for reading in (
                    (one.value,)
                    if isinstance(one, Fixed)
                    else one.choices
                    if isinstance(one, Listed)
                    else ()
                ):
                    try:
                        country.famine(reading)
                    except ValueError as error:
                        raise DesignError(str(error), "parameters", "famine_years") from None
        runs = self.design.size(self.space) * self.replicates
        if runs > self.limit:
            raise DesignError(
                f"the design has {runs:,} runs ({runs // self.replicates:,} points, {self.replicates:,} replicates each), more than the "
                f"limit of {self.limit:,}: take fewer, or state a higher design.limit",
                "design",
                *(
                    ("limit",)
                    if self.limit != LARGEST
                    else ("points",)
                    if hasattr(self.design, "points")
                    else ()
                ),
            )

    def described(self) -> dict[str, Any]:
        """Return the whole design as plain values, every default written out; :meth:`of` reads it back."""
        own = {f.name: getattr(self.design, f.name) for f in dataclasses.fields(self.design)}
        return {
            "seed": self.seed,
            "country": self.country,
            **({"weeks": self.weeks} if self.weeks is not None else {}),
            "design": {
                "kind": self.design.kind,
                **{
                    name: str(value) if isinstance(value, pathlib.Path) else value
                    for name, value in own.items()
                    if value is not None
                },
                "replicates": self.replicates,
                "common_random_numbers": self.common_random_numbers,
                "limit": self.limit,
            },
            "parameters": {one.name: said_of(one) for one in self.space.axes},
            "series": self.series.described(),
        }


def said_of(one: Axis) -> Any:
    """Return what a design says of a parameter, as ``Space.of`` reads it."""
    if isinstance(one, Fixed):
        return one.value
    if isinstance(one, Listed):
        return list(one.choices)
    steps = {} if one.steps is None else {"steps": one.steps}
    return {"low": one.low, "high": one.high, "scale": "log" if one.log else "linear", **steps}


def _check_keys(given: Mapping[str, Any], known: tuple[str, ...], at: tuple[str, ...]) -> None:
    for key in given:
        if key not in known:
            where = ".".join(at)
            misplaced = ""
            if not at and key in PARAMETERS:
                misplaced = "; parameters belong under [parameters]"
            elif not at and key in DESIGN_KEYS:
                misplaced = "; it belongs under [design]"
            there = f" in [{where}]" if where else ""
            near = misplaced or nearest(key, known)
            raise DesignError(
                f"there is no key {key!r}{there}{near}; there are {', '.join(known)}", *at, key
            )


def _design(table: Mapping[str, Any], folder: pathlib.Path) -> Design:
    if "kind" not in table:
        raise DesignError(
            f"design.kind is missing: give one of {', '.join(DESIGNS)}", "design", "kind"
        )
    kind = table["kind"]
    if not isinstance(kind, str) or kind not in DESIGNS:
        known = nearest(str(kind), DESIGNS)
        raise DesignError(
            f"kind = {kind!r} is not a design{known}; there are {', '.join(DESIGNS)}",
            "design",
            "kind",
        )
    maker = DESIGNS[kind]
    own = {f.name: f for f in dataclasses.fields(maker)}
    _check_keys(table, (*DESIGN_KEYS, *own), ("design",))
    values: dict[str, Any] = {}
    for name, field in own.items():
        if name not in table:
            if field.default is dataclasses.MISSING:
                raise DesignError(
                    f"design.{name} is missing: a {kind} design needs it", "design", name
                )
        elif maker is Points:
            if not isinstance(table[name], str):
                raise DesignError(
                    f"{name} must be the name of a CSV file, not {table[name]!r}", "design", name
                )
            values[name] = (folder / table[name]).absolute()
        else:
            values[name] = _whole(table[name], "design", name, least=2 if name == "steps" else 1)
    return maker(**values)


def _country(given: Any, folder: pathlib.Path) -> str:
    if not isinstance(given, str) or not given.strip():
        raise DesignError(f"country must be a name or a folder, not {given!r}", "country")
    beside = (folder / given).absolute()
    return str(beside) if beside.is_dir() else given


def _is_whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _refuse_seed(value: Any) -> int:
    raise SeedError(f"seed must be a whole number, not {value!r}")


def _whole(value: Any, *field: str, least: int = 1) -> int:
    if not _is_whole(value) or value < least:
        raise DesignError(
            f"{field[-1]} = {value!r} must be a whole number of at least {least}", *field
        )
    return int(value)


def _truth(value: Any, *field: str) -> bool:
    if not isinstance(value, bool):
        raise DesignError(f"{field[-1]} must be true or false, not {value!r}", *field)
    return value

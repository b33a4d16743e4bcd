"""What an ensemble runs: parameters, seeds and countries for each run, checked."""

from __future__ import annotations

import collections
import dataclasses
import functools
import itertools
import reprlib
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from defection.checks import Notice
from defection.country import Country, CountryError, load
from defection.parameters import ALL_PARAMETERS, ParameterError, Parameters, parameter
from defection.streams import checked_seed

Make = Callable[..., Parameters]


class EnsembleError(ValueError):
    """Parameters, seeds and countries do not make an ensemble."""


@dataclasses.dataclass(frozen=True)
class Runs:
    """One entry per run."""

    parameters: tuple[Parameters, ...]
    seeds: tuple[int, ...]
    countries: tuple[Country, ...]
    whole: Runs | None = None
    """The ensemble of which they are a part."""

    def __len__(self) -> int:
        return len(self.seeds)

    def part(self, start: int, end: int) -> Runs:
        """Return the runs ``start .. end - 1``."""
        here = slice(start, end)
        return Runs(self.parameters[here], self.seeds[here], self.countries[here], self)

    @functools.cached_property
    def varied(self) -> tuple[str, ...]:
        """Names of the parameters that differ between runs of the whole ensemble."""
        if self.whole is not None:
            return self.whole.varied
        points = set(self.parameters)
        return tuple(n for n in ALL_PARAMETERS if len({getattr(point, n) for point in points}) > 1)


def broadcast(parameters: Any, seeds: Any, country: Any, *, cross: bool = False) -> Runs:
    """Return the runs of an ensemble: each of the three is one for all runs, or one for each.

    With ``cross`` they are every combination: each point in each country with each seed.
    """
    each = countries_of(country)
    lists: dict[str, Sequence[Any]] = {
        "parameters": _points(parameters, cross, each),
        "seeds": _seeds(seeds),
        "countries": each,
    }
    for name, values in lists.items():
        if not values:
            raise EnsembleError(f"the ensemble is empty: there are no {name}")
    count = max(len(values) for values in lists.values())
    if cross:
        rows = itertools.product(*(lists[name] for name in ("parameters", "countries", "seeds")))
        points, countries, numbers = zip(*rows, strict=True)
    elif any(len(values) not in (1, count) for values in lists.values()):
        lengths = ", ".join(f"{len(values)} {name}" for name, values in lists.items())
        raise EnsembleError(
            f"differing lengths: {lengths}; give one for all runs or one for each, or run every "
            f"combination: run_ensemble({_said(parameters, 'parameters')}, "
            f"seeds={_said(seeds, 'seeds')}, cross=True)"
        )
    else:
        whole = [tuple(values) * (count // len(values)) for values in lists.values()]
        points, numbers, countries = whole
    runs = Runs(points, numbers, countries)
    _warn_of_twins(runs)
    return runs


def _said(value: Any, name: str) -> str:
    """Return a value as it stands in a call, or its name where that is long."""
    text = reprlib.repr(value)
    return text if isinstance(value, Mapping | Sequence) and "..." not in text else name


def _warn_of_twins(runs: Runs) -> None:
    counts = collections.Counter(
        zip(runs.parameters, runs.seeds, (c.fingerprint for c in runs.countries), strict=True)
    )
    twins = [seed for (_, seed, _), times in counts.items() if times > 1]
    if twins:
        others = f" ({len(twins) - 1:,} other seeds as well)" if len(twins) > 1 else ""
        warnings.warn(
            f"seed {twins[0]} stands more than once with the same parameters: "
            f"those runs are identical{others}",
            Notice,
            stacklevel=4,
        )


def _is_many(values: Any) -> bool:
    return (
        isinstance(values, Iterable)
        and not isinstance(values, str)
        and not (isinstance(values, np.ndarray) and values.ndim == 0)
    )


def _points(parameters: Any, cross: bool, countries: Sequence[Country]) -> list[Parameters]:
    """Return all points; what one leaves out is the country's default."""
    if isinstance(parameters, Parameters):
        return [parameters]
    make = countries[0].parameters
    points = _made(parameters, cross, make)
    if any(one.defaults != countries[0].defaults for one in countries) and any(
        not isinstance(one, Parameters) for one in _each(parameters)
    ):
        raise EnsembleError(
            "the countries have defaults of their own: give whole Parameters, such as "
            "country.parameters(memory_weeks=52)"
        )
    return points


def _each(parameters: Any) -> Iterable[Any]:
    is_list = _is_many(parameters) and not isinstance(parameters, Mapping)
    return parameters if is_list and not hasattr(parameters, "columns") else [parameters]


def _made(parameters: Any, cross: bool, make: Make) -> list[Parameters]:
    if hasattr(parameters, "to_dict") and hasattr(parameters, "columns"):  # a table of pandas
        names = [str(name) for name in parameters.columns]
        if not names:
            raise EnsembleError("the table of parameters has no columns")
        if twice := [name for name in names if names.count(name) > 1]:
            raise EnsembleError(f"the table of parameters has the column {twice[0]!r} twice")
        table = {str(name): parameters[name].to_list() for name in parameters.columns}
        return _columns(table, False, make)
    if isinstance(parameters, Mapping):
        return _columns(parameters, cross, make)
    if _is_many(parameters):
        return [_one(i, point, make) for i, point in enumerate(parameters)]
    raise EnsembleError(
        "parameters must be Parameters, a mapping, a table or a list of them, "
        f"not {type(parameters).__name__}"
    )


def _columns(columns: Mapping[str, Any], cross: bool, make: Make) -> list[Parameters]:
    for name in columns:
        parameter(name)
    try:
        lists = {name: list(values) for name, values in columns.items() if _is_many(values)}
    except (OverflowError, MemoryError):
        raise EnsembleError(
            "a column of the parameters has more values than memory holds"
        ) from None
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1 and not cross:
        said = ", ".join(f"{count} values of {name}" for name, count in lengths.items())
        raise EnsembleError(f"differing lengths: {said}; cross=True runs every combination")
    rest = {
        name: value.item() if isinstance(value, np.ndarray) else value
        for name, value in columns.items()
        if name not in lists
    }
    if not lists:
        return [make(**rest)]
    rows = itertools.product(*lists.values()) if cross else zip(*lists.values(), strict=True)
    points = ({**rest, **dict(zip(lists, row, strict=True))} for row in rows)
    return [_one(i, point, make) for i, point in enumerate(points)]


def _one(i: int, point: Any, make: Make) -> Parameters:
    if isinstance(point, Parameters):
        return point
    if not isinstance(point, Mapping):
        raise EnsembleError(
            f"run {i}: parameters must be Parameters or a mapping, not {type(point).__name__}"
        )
    try:
        return make(**{str(name): value for name, value in point.items()})
    except ParameterError as error:
        raise ParameterError(f"run {i}: {error}") from None


def _seeds(seeds: Any) -> list[int]:
    if _is_many(seeds) and not isinstance(seeds, np.random.SeedSequence):
        return [checked_seed(seed) for seed in seeds]
    if isinstance(seeds, np.ndarray):
        seeds = seeds.item()
    if seeds is None:
        raise EnsembleError("give seeds: a whole number, or one for each run, such as range(100)")
    return [checked_seed(seeds)]


def countries_of(country: Any) -> list[Country]:
    """Return the countries of an ensemble, one or one for each run."""
    is_list = isinstance(country, Sequence) and not isinstance(country, str)
    countries = [load(one) for one in (country if is_list else [country])]
    if not countries:
        raise EnsembleError("the ensemble is empty: there are no countries")
    for other in countries[1:]:
        if _shape(other) != _shape(countries[0]):
            raise CountryError(
                f"{other.name} and {countries[0].name} differ in provinces, categories or years: "
                "run them as two ensembles"
            )
    return countries


def _shape(country: Country) -> tuple[object, ...]:
    return country.shares.shape, country.years, country.dimensions

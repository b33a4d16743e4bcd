"""What was observed of the journey: the rows of a country's ``targets.csv``, read and checked.

``docs/journey.md`` says what each fact means in the model, and by which rule facts are for fitting
or for checking.
"""

from __future__ import annotations

import dataclasses
import math
import pathlib
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.checks import number_from
from defection.measures import WEEKS_PER_YEAR
from defection.parameter import nearest
from defection.tables import Row, read_rows

FACTS = {
    "arrivals": "people a year who arrived in the South",
    "arrivals_share": "share of the arrivals who are of a group",
    "arrivals_lag": "mean years from the first crossing to the arrival, through China",
    "arrivals_lag_share": "share of these arrivals whose years lie in an interval",
    "in_china": "people in China who have not settled",
    "in_china_share": "share of those in China who are of a group",
    "stay_share": "share of those in China who entered it so many years ago",
    "returned": "returns by force a year",
    "returned_share": "share of those in China who were returned at least once",
    "returned_twice": "share of these who were returned twice",
    "returned_more": "share of these who were returned three times or more",
    "visited_share": "share of those in China who have gone home by choice",
}
"""Every fact that can be compared, with its meaning."""

GROUPED = {"arrivals_share": True, "in_china_share": True, "stay_share": False}
"""Facts of a group of people, and whether they must have one."""

IN_YEARS = ("arrivals_lag_share", "stay_share")
"""Facts of people whose time in years lies in an interval."""

SCALES = ("linear", "root", "log", "logit")
USES = FIT, CHECK = ("fit", "check")
INTERVAL_SDS = 1.645
"""Half of an interval in standard deviations: as if it held nine of ten."""

COLUMNS = (
    "fact", "group", "years", "first", "last", "value", "low", "high", "sd", "scale", "use",
    "mark", "source",
)  # fmt: skip

_DATE = re.compile(r"(\d{1,4})(?:-(0[1-9]|1[0-2]))?")
_YEARS = re.compile(r"([\d.]+)(?:-([\d.]+)|\+)")
_MOST = 1e9


@dataclasses.dataclass(frozen=True)
class Fact:
    """One row: a number that was observed, and what of a run it is compared with.

    Parameters
    ----------
    fact : str
        One of :data:`FACTS`.
    group : tuple of str
        Dimension (or ``province``) and value, or nothing.
    years : tuple of float
        Interval of time, years from .. to (may be infinite), or nothing.
    weeks : tuple of int
        First and last week of the run that it is about, both included.
    when : str
        The same as dates.
    value : float
        What was observed, in the fact's unit.
    sd : float
        Standard deviation on the scale.
    scale : str
        On which residuals are formed; one of :data:`SCALES`.
    use : str
        ``fit`` or ``check``.
    source : str
        Where it is from.
    """

    fact: str
    group: tuple[str, ...]
    years: tuple[float, ...]
    weeks: tuple[int, int]
    when: str
    value: float
    sd: float
    scale: str
    use: str
    source: str = ""

    @property
    def most(self) -> float:
        """The largest value that there can be: 1 for a share."""
        return _most(self.fact)

    @property
    def name(self) -> str:
        """What it is called in tables, such as ``arrivals_share female 2002``."""
        bins = [_interval(*self.years)] if self.years else []
        return " ".join([self.fact, *self.group[1:], *bins, self.when])


def _most(fact: str) -> float:
    return 1.0 if fact.endswith(("share", "twice", "more")) else math.inf


def _interval(start: float, end: float) -> str:
    return f"{start:g}+ years" if end == math.inf else f"{start:g}-{end:g} years"


def read_facts(
    file: pathlib.Path,
    provinces: tuple[str, ...],
    dimensions: Mapping[str, tuple[str, ...]],
    years: tuple[int, ...],
) -> tuple[Fact, ...]:
    """Read a table of facts about a country of these provinces, dimensions and years.

    Returns
    -------
    tuple of Fact
        In the order of the file; none where there is no file.

    Raises
    ------
    CountryError
        It names file, line and column of the first fault.
    """
    if not file.exists():
        return ()
    groups = {"province": provinces, **dimensions}
    facts: dict[str, Fact] = {}
    for row in read_rows(file, COLUMNS, only=COLUMNS):
        fact = _read(row, groups, years)
        if fact.name in facts:
            raise row.error("fact", f"{fact.name} stands here twice")
        facts[fact.name] = fact
    return tuple(facts.values())


def _named(row: Row, column: str, names: tuple[str, ...]) -> str:
    name = row.text(column)
    if name not in names:
        raise row.error(column, f"{name!r} is none of {', '.join(names)}{nearest(name, names)}")
    return name


def _read(row: Row, groups: Mapping[str, tuple[str, ...]], years: tuple[int, ...]) -> Fact:
    fact, scale = _named(row, "fact", tuple(FACTS)), _named(row, "scale", SCALES)
    value = row.number("value", low=0.0, high=min(_most(fact), _MOST))
    _on_scale(row, "value", value, scale)
    return Fact(
        fact=fact,
        group=_group(row, fact, groups),
        years=_years(row, fact),
        weeks=_weeks(row, years),
        when=" to ".join(dict.fromkeys((row.text("first"), row.text("last")))),
        value=value,
        sd=_sd(row, value, scale),
        scale=scale,
        use=_named(row, "use", USES),
        source=row.text("source"),
    )


def _group(row: Row, fact: str, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    said = row.optional("group")
    if not said:
        if GROUPED.get(fact):
            raise row.error("group", f"is empty: {fact} needs one, such as gender=female")
        return ()
    if fact not in GROUPED:
        raise row.error("group", f"{fact} has no group, not {said!r}")
    dimension, _, value = said.partition("=")
    for name, known in ((dimension, tuple(groups)), (value, groups.get(dimension, ()))):
        if name not in known:
            near = nearest(name, known)
            raise row.error("group", f"{name!r} is none of {', '.join(known)}{near}")
    return dimension, value


def _years(row: Row, fact: str) -> tuple[float, ...]:
    said = row.optional("years")
    if not said and fact not in IN_YEARS:
        return ()
    if fact not in IN_YEARS:
        raise row.error("years", f"{fact} has no interval of years, not {said!r}")
    found = _YEARS.fullmatch(said)
    try:
        if not found:
            raise ValueError
        start = float(number_from(found[1]))
        end = float(number_from(found[2])) if found[2] else math.inf
    except ValueError:
        raise row.error("years", f"{said!r} is not an interval such as 3-4 or 3+") from None
    if not start < end:
        raise row.error("years", f"{said!r} must end after it begins")
    return start, end


def _weeks(row: Row, years: tuple[int, ...]) -> tuple[int, int]:
    first, last = _date(row, "first", years)[0], _date(row, "last", years)[1]
    if last < first:
        raise row.error("last", f"{row.text('last')} is before {row.text('first')}")
    return first, last


def _date(row: Row, column: str, years: tuple[int, ...]) -> tuple[int, int]:
    """Return the first and the last week of a year or a month."""
    found = _DATE.fullmatch(row.text(column))
    if not found:
        raise row.error(column, f"{row.text(column)!r} is not a date such as 2002 or 2002-05")
    if int(found[1]) not in years:
        raise row.error(column, f"the data have no year {found[1]}: {years[0]} to {years[-1]}")
    start = years.index(int(found[1])) * WEEKS_PER_YEAR
    months = (int(found[2]) - 1, int(found[2])) if found[2] else (0, 12)
    begin, end = (start + month * WEEKS_PER_YEAR // 12 for month in months)
    return begin, end - 1


def _on_scale(row: Row, column: str, value: float, scale: str) -> None:
    if (scale in ("log", "logit") and value == 0) or (scale == "logit" and value >= 1):
        raise row.error(column, f"{value:g} has no {scale}")


def _sd(row: Row, value: float, scale: str) -> float:
    said = [column for column in ("low", "high", "sd") if row.optional(column)]
    if said == ["sd"]:
        if (sd := row.number("sd", low=0.0, high=_MOST)) == 0:
            raise row.error("sd", "must be above 0")
        return sd
    if said != ["low", "high"]:
        raise row.error("sd", "give either sd, or low and high")
    low, high = row.number("low", low=0.0, high=value), row.number("high", low=value, high=_MOST)
    for column, end in (("low", low), ("high", high)):
        _on_scale(row, column, end, scale)
    if low == high:
        raise row.error("high", f"{high:g} must be above low")
    return float(scaled(high, scale) - scaled(low, scale)) / (2.0 * INTERVAL_SDS)


def scaled(values: Any, scale: str) -> Any:
    """Return numbers on a scale: themselves, their roots, logarithms, logarithms of the odds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "root":
            return np.sqrt(values)
        if scale == "log":
            return np.log(values)
        return np.log(values) - np.log1p(-values) if scale == "logit" else values


def unscaled(values: Any, scale: str) -> Any:
    """Return the numbers that stand there on a scale; below a root of 0 they are 0."""
    if scale == "root":
        return np.maximum(values, 0.0) ** 2
    if scale == "log":
        return np.exp(values)
    return 1.0 / (1.0 + np.exp(-values)) if scale == "logit" else values

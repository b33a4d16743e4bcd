"""The assumptions of a programme: what each does, its limits, and how a file states it.

Each is off, sourced (by a file of the country) or the user's own, with a source.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from defection.batch_runs.errors import check_known
from defection.batch_runs.programme.inputs import Input, ProgrammeError, number, read_input
from defection.batch_runs.programme.published import Sourced
from defection.checks import shown
from defection.country import Country
from defection.journey.rescues import MOST_PULL

OFF, SOURCED = "off", "sourced"
FREE_PULL = "free_pull"
NEWS = "news"
"""The assumption of which paired runs are made, and the table of what they say."""
MOST_RESCUES = 1e6
REFERENCE_YEAR = "2018"


@dataclasses.dataclass(frozen=True)
class Assumption:
    """What a number means, its limits, and what can be stated beside it."""

    words: str
    limits: tuple[float, float]
    is_share: bool = True
    beside: Mapping[str, tuple[float, float, float | None]] = dataclasses.field(
        default_factory=dict
    )
    """Further numbers of it: lowest, highest, and what holds where nothing is stated."""


ASSUMPTIONS: Mapping[str, Assumption] = {
    "other_groups": Assumption(
        "share of those rescued whom another group would have taken", (0.0, 1.0)
    ),
    "referral": Assumption(
        "factor on the onward risk that those who are taken would have had", (0.01, 100.0), False
    ),
    "mission_failure": Assumption("share of those taken who are returned under way", (0.0, 1.0)),
    "china_response": Assumption(
        "share by which the risk of return rises for each 100 rescues a year", (0.0, 100.0), False
    ),
    "relatives": Assumption(
        "relatives at home of a person who is returned, or whose arrival becomes known",
        (0.0, 100.0), False, {"known": (0.0, 1.0, 1.0)},
    ),
    "remittances": Assumption(
        "won a year that reach home, of each person in the country of arrival", (0.0, 1e9), False
    ),
    "descendants": Assumption(
        "births a year of each person in the country of arrival", (0.0, 1.0), False,
        {"in_china": (0.0, 1.0, None), "at_home": (0.0, 1.0, None)},
    ),
    "cost_growth": Assumption(
        "exponent by which the cost of a rescue grows with rescues", (0.0, 5.0), False,
        {"reference": (1.0, MOST_RESCUES, None)},
    ),
    "closures": Assumption(
        "share of rescues and onward moves that is lost in some years", (0.0, 1.0)
    ),
    "crossings_after": Assumption(
        "factor by which crossings change each year after the last one of the law", (0.0, 2.0),
        False,
    ),
    NEWS: Assumption(
        "share of arrivals and returns, rescues among them, of which home may hear", (0.0, 1.0)
    ),
    FREE_PULL: Assumption(
        "log odds added to the ability of those who remember a rescue that they heard of",
        (0.0, MOST_PULL), False,
    ),
}  # fmt: skip
"""Assumptions that are computed."""

ORDER = (
    "cost_growth", "closures", "mission_failure", "referral", "china_response", "other_groups",
)  # fmt: skip
"""Assumptions that change arrivals or costs, as the ladder switches them on one after the other."""

IN_PAIRS = (NEWS, FREE_PULL)
"""Assumptions whose effect is found in paired runs of the law, the second only with the first."""

LADDER = (*ORDER, *IN_PAIRS)
"""All steps of the ladder: those that are found in paired runs of the law come last."""

NOT_WITH_NEWS = {
    "referral": "changes who would have arrived anyway, and so what home hears without the "
    "programme",
    "china_response": "changes what home hears by more returns",
}
"""Assumptions that paired runs do not follow, and why they would have to."""

AS_OBSERVED = "as the arrivals that were observed"
"""What ``crossings_after = "sourced"`` does."""


@dataclasses.dataclass(frozen=True)
class Stated:
    """The assumptions that are on: their inputs, and what else is stated of them."""

    inputs: tuple[Input, ...] = ()
    numbers: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """Further numbers, by names such as ``relatives.known``."""
    closures: tuple[int, int] | None = None
    as_observed: bool = False
    """Whether later crossings change as the arrivals that were observed."""


def last_year(country: Country, published: Sourced) -> int:
    """Return the last year for which there are data of the journey."""
    return published.later.years[-1] if published.later else country.years[-1]


def span(name: str, said: object, country: Country, published: Sourced) -> tuple[int, int]:
    """Return the first and the last year of a text such as ``2018-2019``, or of one year."""
    said = str(said) if type(said) is int else said
    found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", said) if isinstance(said, str) else None
    if not found:
        raise ProgrammeError(f"{name} = {shown(said)} must be a year or years, such as '2010-2012'")
    first, last = int(found[1]), int(found[2] or found[1])
    begin, end = country.years[0], last_year(country, published)
    if last < first:
        raise ProgrammeError(f"{name} = {said}: {last} is before {first}")
    if first < begin or last > end:
        file = "journey/later.csv" if published.later else "years.csv"
        raise ProgrammeError(
            f"{name} = {said} is outside of the years with data, {begin} to {end} ({file})"
        )
    return first, last


def read_assumptions(said: Mapping[str, Any], country: Country, published: Sourced) -> Stated:
    """Read the assumptions of a file.

    Raises
    ------
    ProgrammeError
        One is unknown or not computed, has no source, or a value outside its limits.
    """
    for name in published.ranges:
        row = f"assumptions.csv has a row of {shown(name)}"
        check_known(row, name, ASSUMPTIONS, ProgrammeError)
    inputs, numbers, closures, as_observed = [], dict[str, float](), None, False
    for name, value in said.items():
        if value == OFF:
            continue
        if name == "crossings_after" and value == SOURCED:
            if not published.later:
                raise _no_source(name)
            as_observed = True
            continue
        value, mark = _sourced(name, value, published)
        inputs.append(_input(name, value, mark))
        numbers |= _beside(name, value, published)
        if name == "closures":
            closures = span(f"assumptions.{name}.years", value.get("years"), country, published)
    names = {one.name.removeprefix("assumptions.") for one in inputs}
    if FREE_PULL in names and NEWS not in names:
        raise ProgrammeError(
            f"{FREE_PULL} is of those who heard of a rescue: set news as well, or {FREE_PULL} to "
            "'off'"
        )
    for name in [one for one in NOT_WITH_NEWS if one in names and NEWS in names]:
        raise ProgrammeError(
            f"news and {name} are not computed together: {name} {NOT_WITH_NEWS[name]}; set one of "
            "them to 'off'"
        )
    return Stated(tuple(inputs), numbers, closures, as_observed)


def _no_source(name: str) -> ProgrammeError:
    return ProgrammeError(f"assumptions.{name}: no source has a figure; it is 'off' or your own")


def _sourced(name: str, said: Any, published: Sourced) -> tuple[Any, str]:
    """Return what is stated of an assumption, from the file where it is sourced, and its mark."""
    full, states = f"assumptions.{name}", "'off', 'sourced' or your own with a source"
    if not isinstance(said, str):
        return said, "the user's"
    check_known(f"{full} = {shown(said)} is none of {states}", said, (OFF, SOURCED),
                ProgrammeError)  # fmt: skip
    if name not in published.ranges:
        raise _no_source(name)
    own = published.ranges[name]
    years = {"years": own.years} if own.years else {}
    stated = {"between": [own.low, own.high], "source": own.source, **years}
    return stated, f"sourced, {own.mark}"


def _input(name: str, said: Any, mark: str) -> Input:
    own = ASSUMPTIONS[name]
    more = (*own.beside, *(("years",) if name == "closures" else ()))
    return read_input(
        f"assumptions.{name}", said, own.words, own.limits, is_share=own.is_share, more=more,
        mark=mark,
    )  # fmt: skip


def _beside(name: str, said: Mapping[str, Any], published: Sourced) -> dict[str, float]:
    found = {}
    for key, (low, high, default) in ASSUMPTIONS[name].beside.items():
        if key == "reference":
            rows = [row for row in published.rescues if row.year == REFERENCE_YEAR]
            default = rows[0].rescued if rows else None
        value = said.get(key, default)
        if value is None:
            raise ProgrammeError(f"assumptions.{name} needs {key}, from {low:g} to {high:g}")
        found[f"{name}.{key}"] = number(f"assumptions.{name}.{key}", value, low, high)
    return found

"""What a survey is asked to do, checked before anything runs."""

from __future__ import annotations

import numbers
import re
from typing import Any

from defection.batch_runs.errors import check_known
from defection.batch_runs.scores.facts_of_run import CLOCKS
from defection.batch_runs.survey.interview import Interview, SurveyError
from defection.checks import shown, whole
from defection.country import WEEKS_PER_YEAR, Country, load
from defection.journey.data import journey_arrays
from defection.journey.parameters import dated_on_the_way
from defection.parameters import ParameterError, Parameters

MOST_SIZE = 100_000
MOST_INCLUSION = 1.0
"""Largest logarithm of the weight of a year in China."""
_MONTH = re.compile(r"(\d{1,4})-(0[1-9]|1[0-2])")


def prepared(
    parameters: Any, first: str, last: str, size: int, clock: str, country: Any, *,
    inclusion: float = 0.0,
) -> tuple[Country, Interview, tuple[Parameters, ...]]:  # fmt: skip
    """Return country, interview and the points, checked before anything runs."""
    check_known(f"clock = {shown(clock)} is not one of them", clock, CLOCKS, SurveyError)
    people = whole("size", size, most=MOST_SIZE, error=SurveyError)
    is_number = isinstance(inclusion, numbers.Real) and not isinstance(inclusion, bool)
    if not is_number or not -MOST_INCLUSION <= inclusion <= MOST_INCLUSION:
        raise SurveyError(
            f"inclusion = {shown(inclusion)} must be a number from -{MOST_INCLUSION:g} to "
            f"{MOST_INCLUSION:g}"
        )
    loaded = load(country)
    journey_arrays(loaded)
    window = _week(loaded, "from", first)[0], _week(loaded, "to", last)[1]
    if window[1] < window[0]:
        raise SurveyError(f"to = {last} is before from = {first}")
    several = parameters if isinstance(parameters, (list, tuple)) else [parameters]
    if not several:
        raise SurveyError("parameters = []: there is no point to be run")
    points = tuple(_point(one, loaded) for one in several)
    return loaded, Interview(*window, people, clock, float(inclusion)), points


def _point(parameters: Any, country: Country) -> Parameters:
    """Return one point, its journey on."""
    stated = parameters.as_dict() if isinstance(parameters, Parameters) else dict(parameters or {})
    if not isinstance(parameters, Parameters) and stated.get("journey", "on") != "off":
        stated["journey"] = "on"
    if stated.get("journey", "off") == "off":
        raise SurveyError("journey = off: nobody is followed to China; leave it out, or set it on")
    point = country.parameters(**stated)
    if name := dated_on_the_way(point.interventions):
        raise ParameterError(
            f"{name} changes in the run: time in China is not followed then; the survey takes one "
            "value of it"
        )
    return point


def _week(country: Country, name: str, month: object) -> tuple[int, int]:
    """Return the first and the last week of a month of the country's data."""
    found = _MONTH.fullmatch(month) if isinstance(month, str) else None
    if not found:
        raise SurveyError(f"{name} = {shown(month)} is not a month such as 2004-08")
    years = country.years
    if int(found[1]) not in years:
        raise SurveyError(
            f"{name} = {month} is outside the data, which cover {years[0]}-01 to {years[-1]}-12"
        )
    start = years.index(int(found[1])) * WEEKS_PER_YEAR
    ends = [start + WEEKS_PER_YEAR * (int(found[2]) - 1 + end) // 12 for end in (0, 1)]
    return ends[0], ends[1] - 1

"""A programme made ready for its runs: everything that can be checked, before anything runs."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from defection import counties, readings
from defection.batch_runs.designs.sampled import generator
from defection.batch_runs.programme.assumptions import FREE_PULL, NEWS
from defection.batch_runs.programme.inputs import Input, ProgrammeError
from defection.batch_runs.programme.published import sourced
from defection.batch_runs.programme.scenario import Scenario, merged, read_scenario
from defection.batch_runs.programme.world import World
from defection.country import Country, CountryError, load
from defection.idle import check_read_in
from defection.journey.parameters import acting_back, wishes_to_elsewhere
from defection.journey.statuses import distinguishes_status
from defection.parameters import Parameters


def prepared(
    scenario: Mapping[str, Any] | str | pathlib.Path, parameters: Any,
    changes: Mapping[str, Any] | None, country: Any,
) -> tuple[World, dict[str, Any]]:  # fmt: skip
    """Return a programme without runs, and what fixes its numbers, checked before anything runs."""
    loaded = load(country)
    if loaded.journey is None:
        named = f" (country = {country})" if isinstance(country, str) else ""
        raise CountryError(f"{loaded.name}{named} has no journey: it needs a folder 'journey'")
    published = sourced(country)
    said = merged(scenario, changes or {})
    read = read_scenario(said, loaded, published)
    is_one = parameters is None or isinstance(parameters, Parameters | Mapping)
    every = [parameters] if is_one else _draw_for_each_run(list(parameters), read)
    points = tuple(_point(one, read, loaded) for one in every)
    own = [one.as_dict() for one in points]
    assert loaded.journey is not None
    fixed = {
        "said": said, "parameters": own[0] if is_one else own, "data": loaded.fingerprint,
        "journey": loaded.journey.fingerprint, "programme": published.fingerprint,
        "news_data": counties.fingerprint(loaded), "readings_data": readings.fingerprint(loaded),
    }  # fmt: skip
    return World(loaded, published, read, points, {}), fixed


def _draw_for_each_run(draws: Sequence[Any], read: Scenario) -> list[Any]:
    """Return a draw for each run of the law, evenly taken in their order; the seed says where.

    Of as many draws as runs it is all of them.
    """
    if len(draws) < read.runs:
        raise ProgrammeError(
            f"runs = {read.runs:,}: each run of the law has a draw of its own, and there are "
            f"{len(draws):,}"
        )
    begin = generator(read.seed, 7).random()
    at = ((np.arange(read.runs) + begin) * (len(draws) / read.runs)).astype(int)
    return [draws[i] for i in at.tolist()]


def _point(own: Any, read: Scenario, country: Country) -> Parameters:
    """Return the parameters of all runs or of one, with those of the file, checked."""
    is_whole = isinstance(own, Parameters)
    stated = {**(own.as_dict() if is_whole else own or {}), **read.parameters}
    if not is_whole and stated.get("journey", "on") != "off":
        stated["journey"] = "on"
    if stated.get("journey", "off") == "off":
        raise ProgrammeError("journey = off: nobody is followed to China; leave it out, or set on")
    point = country.parameters(**stated)
    ranges = _ranges(read.inputs, np.zeros(len(read.inputs)))
    check_read_in([*read.parameters, *ranges], vars(point))
    _check_feedback(point, read)
    _check_pull(point, read)
    for at in (0.0, 1.0):
        point.replace(**_ranges(read.inputs, np.full(len(read.inputs), at)))
    return point


def _check_pull(point: Parameters, read: Scenario) -> None:
    """Refuse a pull of rescues where each circle would hear of others."""
    if read.on(FREE_PULL) and point.news_circles != 1:
        raise ProgrammeError(
            f"{FREE_PULL} is not computed with news_circles = {point.news_circles}, of which each "
            f"would hear of other rescues; set news_circles to 1, or {FREE_PULL} to 'off'"
        )


def _check_feedback(point: Parameters, read: Scenario) -> None:
    """Refuse parameters by which the law would hear of those taken, but by the paired runs."""
    if distinguishes_status(point) or wishes_to_elsewhere(point):
        name = "onward_by_status" if distinguishes_status(point) else "united_states_wish"
        raise ProgrammeError(f"{name}: the shadows of a programme do not follow it")
    names, arrivals = acting_back(vars(point)), "news_of_arrivals"
    if arrivals in names:
        raise ProgrammeError(
            f"{arrivals} is an assumption of a programme, in paired runs: leave it out, and set "
            "assumptions.news"
        )
    if names and not read.on(NEWS):
        raise ProgrammeError(
            f"{names[0]}: who leaves would depend on whom the programme takes, which only the "
            "paired runs of assumptions.news follow; set it as well"
        )
    ranges = [one.name for one in read.inputs if one.name.startswith("parameters.")]
    if names and ranges:
        raise ProgrammeError(
            f"{names[0]}: who leaves depends on the journey, so {ranges[0]} must be one value and "
            "no range"
        )


def _ranges(inputs: Sequence[Input], at: np.ndarray) -> dict[str, float]:
    """Return the parameters that have a range, at these places between its ends."""
    return {
        one.name.removeprefix("parameters."): one.low + (one.high - one.low) * float(u)
        for one, u in zip(inputs, at, strict=True)
        if one.name.startswith("parameters.")
    }

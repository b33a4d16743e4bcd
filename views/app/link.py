"""Links: the part of an address after ``?`` that reopens a page, and how one is read."""

import dataclasses
import urllib.parse
from collections.abc import Mapping
from typing import Any

from defection.checks import cut, shown, whole, whole_from
from defection.country import checked_weeks, load, shipped
from defection.interventions import check_interventions
from defection.parameters import ALL_PARAMETERS, ParameterError, Parameters, nearest, parameter
from defection.readings import check_readings
from defection.scenario import DEFAULT_COUNTRY, Scenario
from defection.streams import SeedError, checked_seed
from defection.views.app.selection import PARTS, Selection

LONGEST = 4000
"""Characters of a link that are read."""

LONGEST_NAME = 40
"""A longer name of an unknown part is shortened."""
LONGEST_SEED = 40
"""Characters of a typed seed."""

FIRST_SEED = 2
"""The seed of a link that names none: everybody's first run is the same."""

MOST_NAMED = 5
"""Parts of a link that are named, of those that could not be used."""


def address(scenario: Scenario, further: Mapping[str, str] | None = None) -> str:
    """Return the part of a link after ``?`` that reopens a scenario.

    ``further`` are the parts that say what is looked at (``Selection.parts``).
    """
    parts: dict[str, Any] = {}
    if str(scenario.country) != DEFAULT_COUNTRY and str(scenario.country) in shipped():
        parts["country"] = str(scenario.country)
    parts["seed"] = scenario.seed
    if scenario.weeks is not None:
        parts["weeks"] = scenario.weeks
    return urllib.parse.urlencode({**parts, **_stated(scenario), **(further or {})})


def _stated(scenario: Scenario) -> dict[str, Any]:
    """Return the parameters that a link has.

    None of the country's defaults; else what differs from the registry's values, so that a link
    means the same where a country has other defaults.
    """
    if scenario.parameters == load(scenario.country).defaults:
        return {}
    values = scenario.parameters.as_dict()
    others = {n: value for n, value in values.items() if value != ALL_PARAMETERS[n].default}
    return others or {"journey": values["journey"]}


def read(search: str | None, *, country: str = DEFAULT_COUNTRY) -> tuple[Scenario, Selection, str]:
    """Read the part of a link after ``?``: scenario, selection, and what could not be used.

    Each part stands for itself: what is unknown, wrong, or no number of this ``country`` is left
    out and named. A link can name shipped countries only: a stranger's link must not read folders
    of this machine.
    """
    text = (search or "").lstrip("?")
    scenario, selection = Scenario(FIRST_SEED, country=country), Selection()
    if len(text) > LONGEST:
        long = f"The link has {len(text):,} characters, more than {LONGEST:,}"
        return scenario, selection, f"{long}. The default scenario is shown."
    parts: dict[str, str] = {}
    left_out: list[str] = []
    for name, value in urllib.parse.parse_qsl(text, keep_blank_values=True):
        if name in parts:
            left_out.append(f"it has {_named(name)} twice, and the first is used")
        parts.setdefault(name, value)
    of_registry = bool(set(parts) & set(ALL_PARAMETERS))  # else of the country's defaults
    if of_registry:
        scenario = dataclasses.replace(scenario, parameters=Parameters())
    for name, value in sorted(parts.items(), key=_order):
        try:
            if name in PARTS:
                data = load(scenario.country)
                weeks = checked_weeks(scenario.weeks, data)
                selection = selection.with_part(name, value, data, weeks)
            else:
                changed = _with(scenario, name, value)
                if name == "country" and not of_registry:
                    defaults = load(changed.country).defaults
                    changed = dataclasses.replace(changed, parameters=defaults)
                _check(changed)  # the country may refuse it too
                scenario = changed
        except ValueError as error:
            said = str(error) if name in str(error) else f"{_named(name)}: {error}"
            left_out.append(cut(said, 200))
    return scenario, selection, _sentence(left_out)


def _order(part: tuple[str, str]) -> int:
    """Return the country first, what is looked at last: what it may be follows from the rest."""
    name, _ = part
    return 1 + PARTS.index(name) if name in PARTS else -(name == "country")


def _named(name: str) -> str:
    return name if name.isidentifier() and len(name) <= LONGEST_NAME else shown(name)


def _check(scenario: Scenario) -> None:
    """Refuse what is not in the data of the scenario's country."""
    country, p = load(scenario.country), scenario.parameters
    checked_weeks(scenario.weeks, country)
    country.famine(p.famine_years)
    check_interventions(p.interventions, country)
    check_readings(country, p)
    if p.journey == "on" and country.journey is None:
        raise ParameterError(f"{country.name} has no journey")


def _with(scenario: Scenario, name: str, text: str) -> Scenario:
    """Return the scenario with one part of a link."""
    value: Any
    if name == "seed":
        value = checked_seed(seed_text(text))
    elif name == "country":
        value = text
        if text not in (scenario.country, *shipped()):
            raise ParameterError(f"there is no country {shown(text)}{nearest(text, shipped())}")
    elif name == "weeks":
        value = whole("weeks", whole_from(text))
    else:
        value = scenario.parameters.replace(**{name: parameter(name).from_text(text)})
        name = "parameters"
    return dataclasses.replace(scenario, **{name: value})


def _sentence(left_out: list[str]) -> str:
    if not left_out:
        return ""
    more = len(left_out) - MOST_NAMED
    said = left_out[:MOST_NAMED] + ([f"and {more:,} more"] if more > 0 else [])
    return f"Left out of the link, of which the rest is used: {' · '.join(said)}"


def seed_text(text: str) -> str:
    """Refuse a typed seed that is longer than a person copies by hand."""
    if len(text) > LONGEST_SEED:
        raise SeedError(f"a seed of {len(text)} characters is too long; {LONGEST_SEED} are enough")
    return text

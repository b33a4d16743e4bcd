"""What the sliders show of each parameter: everything from the one registry of parameters."""

import re
from typing import Any

from defection.country import Country
from defection.idle import check_read_in
from defection.parameters import (
    ALL_PARAMETERS,
    PARAMETERS,
    Parameter,
    ParameterError,
    Parameters,
    Reported,
)
from defection.parameters_text import GROUPS, accepted

ESSENTIALS = (
    "famine_effect", "observation_probability", "memory_weeks", "tolerated_attempts",
    "adjustment_rate",
)  # fmt: skip
"""What is shown first, the others behind a disclosure: one of each step of a week."""


SPANS = {"news_circles": (0.0, 50.0)}
"""Ends of sliders that neither searches nor the limits say."""


def region_span(parameter: Parameter, country: Country) -> tuple[float, float] | None:
    """Return the numbers between which the paper's good region lies (mean ± one s.d.), if given."""
    span = parameter.paper.span()
    if span is None or not country.paper:
        return None
    low, high = slider_range(parameter, country)
    return max(low, span[0]), min(high, span[1])


def slider_range(parameter: Parameter, country: Country) -> tuple[float, float]:
    """Return the ends of a slider: what searches cover, else the limits, else around 0."""
    if parameter.name in country.ranges:
        return country.ranges[parameter.name][:2]
    if parameter.name in SPANS:
        low, high = SPANS[parameter.name]
        without = parameter.name == "news_circles" and not country.counties
        return low + without, high
    if parameter.high - parameter.low <= 1:
        return parameter.low, parameter.high
    reach = 10 * abs(float(parameter.default)) or 1.0  # one unit where it is off
    return max(parameter.low, min(0.0, -reach)), min(parameter.high, reach)


def control(parameter: Parameter, country: Country) -> dict[str, Any]:
    """Return what the browser needs to show a parameter; ``control`` is the kind of its field.

    A number has a ``slider``, a choice a ``select`` (one alone is ``fixed``), the rest is ``text``.
    """
    choices = parameter.choices
    if parameter.kind == "years":
        choices = ("country", "none", *(dating.name for dating in country.datings))
    if parameter.name == "border_measure" and not country.border_weights:
        choices = choices[:1]
    numeric = parameter.kind in ("number", "whole")
    kind = ("select" if len(choices) > 1 else "fixed") if choices else "text"
    span = region_span(parameter, country) if numeric else None
    names = ("name", "symbol", "unit", "meaning")
    counties = parameter.name == "news_circles" and country.counties
    return {
        **{name: _plain(getattr(parameter, name)) for name in names},
        "default": getattr(country.defaults, parameter.name),
        "source": _plain(_source(parameter, country)),
        "unit": parameter.unit + ("; 0: its counties" if counties else ""),
        "label": parameter.name.replace("_", " "),
        "control": "slider" if numeric else kind,
        "whole": parameter.kind == "whole",
        "choices": list(choices),
        "accepted": _plain(accepted(parameter)) if numeric else "",
        "range": list(slider_range(parameter, country)) if numeric else [],
        "log": getattr(country.ranges.get(parameter.name), "log", False),
        "region": str(parameter.paper if country.paper else Reported()),
        "span": list(span) if span else None,
    }


def _source(parameter: Parameter, country: Country) -> str:
    """Return a parameter's source; the files that it names are those of the paper's country."""
    own = country.paper
    return parameter.source if own else re.sub(r"[;,][^;,]*\(`\w+\.csv`\)", "", parameter.source)


def _plain(value: Any) -> Any:
    """Return a text without the marks that only a document reads."""
    return value.replace("`", "") if isinstance(value, str) else value


def idle(parameters: Parameters) -> dict[str, str]:
    """Return why nothing reads a parameter as long as others are as they are, by its name."""
    said = {}
    for one in ALL_PARAMETERS.values():
        try:
            check_read_in([one.name], vars(parameters))
        except ParameterError as error:
            why = str(error).removeprefix(f"{one.name} ")
            said[one.name] = _plain(why.replace("_", " "))
    return said


def _in_groups(country: Country) -> dict[str, list[Parameter]]:
    """Return the parameters of each group by its title; those of a journey where there is one."""
    return {
        title: [p for p in ALL_PARAMETERS.values() if p.group == group and reads(country, p.name)]
        for group, title in GROUPS.items() if group != "journey" or country.journey
    }  # fmt: skip


def reads(country: Country, name: str) -> bool:
    """Return whether a parameter can matter in a country: those of a famine where it had one.

    Likewise dated shares.
    """
    if name == "dated_shares":
        return bool(country.dated_shares)
    return bool(country.datings) or name not in ("famine_effect", "famine_years")


def groups(country: Country) -> list[dict[str, Any]]:
    """Return the controls of all parameters: the essentials, and the others in their groups."""
    first = [PARAMETERS[name] for name in ESSENTIALS if reads(country, name)]
    number = "Five" if len(first) == len(ESSENTIALS) else "Some"
    return [
        {"title": title, "parameters": [control(p, country) for p in parameters]}
        for title, parameters in [
            (f"{number} to begin with", first),
            *((title, [p for p in members if p.name not in ESSENTIALS])
              for title, members in _in_groups(country).items()),
        ]
    ]  # fmt: skip

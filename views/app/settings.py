"""What the sliders show of each parameter: everything from the one registry of parameters."""

from typing import Any

from defection.country import Country
from defection.parameters import ALL_PARAMETERS, PARAMETERS, Parameter, Reported
from defection.parameters_text import GROUPS, accepted

ESSENTIALS = (
    "famine_effect", "observation_probability", "memory_weeks", "tolerated_attempts",
    "adjustment_rate",
)  # fmt: skip
"""What is shown first, the others behind a disclosure: one of each step of a week."""


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
    if parameter.high - parameter.low <= 1:
        return parameter.low, parameter.high
    reach = 10 * abs(float(parameter.default))
    return max(parameter.low, min(0.0, -reach)), min(parameter.high, reach)


def control(parameter: Parameter, country: Country) -> dict[str, Any]:
    """Return what the browser needs to show a parameter; ``control`` is the kind of its field.

    A number has a ``slider``, a choice a ``select`` (one alone is ``fixed``), the rest is ``text``.
    """
    choices = parameter.choices
    if parameter.kind == "years":
        choices = ("country", "none", *(dating.name for dating in country.datings))
    numeric = parameter.kind in ("number", "whole")
    kind = ("select" if len(choices) > 1 else "fixed") if choices else "text"
    span = region_span(parameter, country) if numeric else None
    names = ("name", "symbol", "unit", "default", "meaning", "source")
    return {
        **{name: getattr(parameter, name) for name in names},
        "label": parameter.name.replace("_", " "),
        "control": "slider" if numeric else kind,
        "whole": parameter.kind == "whole",
        "choices": list(choices),
        "accepted": accepted(parameter) if numeric else "",
        "range": list(slider_range(parameter, country)) if numeric else [],
        "log": getattr(country.ranges.get(parameter.name), "log", False),
        "region": str(parameter.paper if country.paper else Reported()),
        "span": list(span) if span else None,
    }


def _in_groups(country: Country) -> dict[str, list[Parameter]]:
    """Return the parameters of each group by its title; those of a journey where there is one."""
    return {
        title: [p for p in ALL_PARAMETERS.values() if p.group == group]
        for group, title in GROUPS.items() if group != "journey" or country.journey
    }  # fmt: skip


def groups(country: Country) -> list[dict[str, Any]]:
    """Return the controls of all parameters: the essentials, and the others in their groups."""
    return [
        {"title": title, "parameters": [control(p, country) for p in parameters]}
        for title, parameters in [
            ("Five to begin with", [PARAMETERS[name] for name in ESSENTIALS]),
            *((title, [p for p in members if p.name not in ESSENTIALS])
              for title, members in _in_groups(country).items()),
        ]
    ]  # fmt: skip

"""What the sliders say of each parameter: everything from the one registry of parameters."""

from __future__ import annotations

from typing import Any

from defection.country import Country
from defection.parameters import PARAMETERS, Parameter
from defection.parameters_text import GROUPS, accepted


def region_span(parameter: Parameter) -> tuple[float, float] | None:
    """Return the numbers between which the paper's good region lies (mean ± one s.d.), if given."""
    span = parameter.paper.span()
    if span is None:
        return None
    low, high = slider_range(parameter)
    return max(low, span[0]), min(high, span[1])


def slider_range(parameter: Parameter) -> tuple[float, float]:
    """Return the ends of a parameter's slider: what searches cover, else what it takes, else some room around the default."""
    if parameter.search is not None:
        return parameter.search
    if parameter.high - parameter.low <= 1:
        return parameter.low, parameter.high
    default = float(parameter.default)
    return max(parameter.low, 0.0), min(parameter.high, 10 * default)


def described(parameter: Parameter, country: Country) -> dict[str, Any]:
    """Return what the browser needs to show one parameter."""
    choices = parameter.choices
    if parameter.kind == "years":
        choices = ("country", "none", *(dating.name for dating in country.datings))
    numeric = parameter.kind in ("number", "whole")
    return {
        "name": parameter.name,
        "label": parameter.name.replace("_", " "),
        "symbol": parameter.symbol,
        "meaning": f"{parameter.meaning}. Source: {parameter.source}",
        "unit": parameter.unit,
        "kind": parameter.kind,
        "default": parameter.default,
        "choices": list(choices),
        "accepted": accepted(parameter) if numeric else "",
        "range": list(slider_range(parameter)) if numeric else [],
        "log": parameter.log_search,
        "region": str(parameter.paper),
        "span": (list(region_span(parameter) or ()) or None) if numeric else None,
    }


def groups(country: Country) -> list[dict[str, Any]]:
    """Return all parameters in their groups."""
    return [
        {
            "title": title,
            "parameters": [described(p, country) for p in PARAMETERS.values() if p.group == group],
        }
        for group, title in GROUPS.items()
    ]

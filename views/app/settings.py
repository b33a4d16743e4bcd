"""What the sliders say of each parameter: everything from the one registry of parameters."""

from __future__ import annotations

import re
from typing import Any

from defection.country import Country
from defection.parameters import PARAMETERS, Parameter
from defection.parameters_text import GROUPS, accepted

SPREAD = re.compile(r"([\d.]+) \(s\.d\. ([\d.]+)\)")
LIMIT = re.compile(r"(>=|<=) ([\d.]+)")


def region_span(parameter: Parameter) -> tuple[float, float] | None:
    """Return the numbers between which the paper's good region lies (mean ± one s.d.), where its text gives them."""
    low, high = slider_range(parameter)
    if found := SPREAD.match(parameter.region):
        mean, sd = float(found[1]), float(found[2])
        return mean - sd, mean + sd
    if found := LIMIT.match(parameter.region):
        return (float(found[2]), high) if found[1] == ">=" else (low, float(found[2]))
    return None


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
        "region": parameter.region,
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

"""The paper's values of a parameter as numbers, read from the text of the registry."""

from __future__ import annotations

import re

from defection.parameters import Parameter

MEAN, LIMIT = re.compile(r"([\d.]+) \(s\.d\. ([\d.]+)\)"), re.compile(r"(>=|<=) ([\d.]+)")
TYPICAL = re.compile(r"typically ([\d.]+)")


def paper_region(parameter: Parameter) -> tuple[float | None, float | None]:
    """Return the ends of the paper's good region (mean ± one s.d., or a limit); None is no end."""
    if mean := MEAN.match(parameter.region):
        return float(mean[1]) - float(mean[2]), float(mean[1]) + float(mean[2])
    if limit := LIMIT.match(parameter.region):
        return (float(limit[2]), None) if limit[1] == ">=" else (None, float(limit[2]))
    return None, None


def paper_value(parameter: Parameter) -> float | int | str | None:
    """Return the value that the paper reports of its good region; None where it reports none."""
    value = MEAN.match(parameter.region) or TYPICAL.search(parameter.region)
    return parameter.checked(float(value[1])) if value else None

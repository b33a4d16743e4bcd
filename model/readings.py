"""What the readings of a run need of a country's data, checked and known by a fingerprint."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from defection import border, counties, dated_shares
from defection.journey import statuses
from defection.parameters import Parameters

if TYPE_CHECKING:
    from defection.country import Country

CHECKS = {
    "news_circles": counties.check,
    "hearing": counties.check,
    "border_measure": border.check,
    "dated_shares": dated_shares.check,
    "onward_by_status": statuses.check,
}
"""What refuses a value of a parameter for which a country has no data."""


def check_readings(country: Country, parameters: Parameters) -> None:
    """Refuse parameters that read what a country has not: counties, neighbours, weights, shares."""
    for name in CHECKS:
        check_reading(country, name, getattr(parameters, name))


def check_reading(country: Country, name: str, value: object) -> None:
    """Refuse a value of one parameter that reads what a country has not."""
    if name in CHECKS:
        CHECKS[name](country, **{name: value})  # type: ignore[operator]


def fingerprint(country: Country) -> str:
    """Return 16 hexadecimal digits of a country's weights of the border and dated shares."""
    body = repr((country.border_weights, country.dated_shares))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def read_by(parameters: Parameters) -> bool:
    """Return whether a run reads weights of the border by province, or dated shares."""
    dated = "border_measure=by_province" in parameters.interventions
    return parameters.border_measure != "dummy" or dated or parameters.dated_shares > 0

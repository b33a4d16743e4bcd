"""Who would have arrived anyway, by a formula, where risks stay as they are."""

from __future__ import annotations

import dataclasses

from defection.batch_runs.programme.published import Later
from defection.country import Country
from defection.journey.data import journey_arrays
from defection.journey.flow import row_of
from defection.journey.rates import AGAIN, ONWARD, RETURN, onward_hazard, return_hazard
from defection.parameters import Parameters


def closed_form(
    country: Country, parameters: Parameters, year: int, later: Later | None = None
) -> tuple[float, float, float, float]:
    """Return o, h and rho of a year, and the share o / (o + h (1 - rho)) that arrives anyway.

    o is the mean of both genders' hazards of going onward, h that of return of those who enter,
    both per year, and rho the share who try again. Repression at further attempts, visits, settling
    and time are left out.

    Examples
    --------
    >>> from defection import Parameters
    >>> from defection.country import load
    >>> form = closed_form(load("north_korea"), Parameters(journey="on"), 2010)
    >>> f"{form[3]:.2f}"
    '0.82'
    """
    if later:
        country = dataclasses.replace(country, journey=later.journey)
    journey, p = journey_arrays(country), row_of(parameters)
    at = int(year - journey.years[0])
    each = [onward_hazard(p, float(year), bool(female)) for female in journey.is_female]
    onward = sum(each) / len(each) * float(journey.by_year[ONWARD, at])
    mean = sum(
        share * return_hazard(p, kind)
        for kind, share in enumerate((1 - parameters.exposed_share, parameters.exposed_share))
    )
    returned = mean * float(journey.by_year[RETURN, at])
    again = min(1.0, parameters.again_share * float(journey.by_year[AGAIN, at]))
    lost = onward + returned * (1 - again)
    return onward, returned, again, onward / lost if lost > 0 else 0.0

"""How many weeks are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defection.checks import whole
from defection.parameter import ParameterError

if TYPE_CHECKING:
    from defection.country import Country


def checked_weeks(weeks: int | None, country: Country) -> int:
    """Return how many weeks to run, all that the data cover if ``weeks`` is None."""
    if weeks is None:
        return country.weeks
    try:
        return whole("weeks", weeks, most=country.weeks, error=ParameterError)
    except ParameterError as error:
        raise ParameterError(f"{error}, the weeks that the data cover") from None

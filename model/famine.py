"""When there was famine: the datings of a country, and readings of them."""

import dataclasses
from collections.abc import Sequence

from defection.checks import composed, shown
from defection.parameters import SPAN, ParameterError, nearest


@dataclasses.dataclass(frozen=True)
class Dating:
    """One dating of the famine, both years included."""

    name: str
    first_year: int
    last_year: int


def famine_span(
    famine_years: str, datings: Sequence[Dating], years: Sequence[int]
) -> tuple[int, int]:
    """Return the first and the last famine year by a reading; (1, 0) where there is none.

    ``ParameterError`` where it is unknown, or its span lies outside the ``years`` of the data.
    """
    named = {composed(dating.name): (dating.first_year, dating.last_year) for dating in datings}
    if famine_years == "none" or (famine_years == "country" and not named):
        return (1, 0)
    if famine_years == "country":
        return next(iter(named.values()))
    if famine_years in named:
        return named[famine_years]
    span = SPAN.fullmatch(famine_years)
    if not span:
        known = ("country", "none", *named)
        raise ParameterError(
            f"famine_years = {shown(famine_years)} is neither a span such as 1994-1998 nor one of "
            f"{', '.join(known)}{nearest(famine_years, known)}"
        )
    first, last = int(span[1]), int(span[2])
    if last < years[0] or first > years[-1]:
        raise ParameterError(
            f"famine_years = {shown(famine_years)} lies outside the data, {years[0]}-{years[-1]}"
        )
    return first, last

"""What the border weighs in each province: the dummy, or a weight by province as data."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from defection.parameters import nearest
from defection.tables import CountryError, read_rows

if TYPE_CHECKING:
    from defection.country import Country

LARGEST_WEIGHT = 100.0
"""The largest weight by province; the dummy is 1."""

COLUMNS = ("province", "weight", "mark", "source")


def read_weights(file: pathlib.Path, provinces: Sequence[str]) -> tuple[float, ...]:
    """Return the weight of the border by province, [P]; none where there is no file."""
    weights: dict[str, float] = {}
    rows = read_rows(file, COLUMNS) if file.exists() else []
    for row in rows:
        name = row.text("province")
        if name not in provinces:
            hint = nearest(name, provinces)
            raise row.error("province", f"there is no province {name!r} in provinces.csv{hint}")
        if name in weights:
            raise row.error("province", f"{name!r} stands here twice")
        weights[name] = row.number("weight", low=0.0, high=LARGEST_WEIGHT)
        row.text("mark"), row.text("source")
    for name in provinces if rows else ():
        if name not in weights:
            raise rows[-1].error("province", f"this is the last line, and {name!r} has none")
    return tuple(weights[name] for name in provinces if rows)


def weights_of(country: Country) -> np.ndarray:
    """Return the dummy of each province and its weight, the dummy where there is none, [2, P].

    Raises
    ------
    CountryError
        The weights are not one for each province, or out of range.
    """
    own = np.array(country.border_weights or country.border, float)
    if own.shape != country.border.shape:
        said = f"must be one for each of {len(country.provinces)} provinces, not {own.shape}"
        raise CountryError(f"border_weights {said}")
    if country.border_weights and not ((own >= 0) & (own <= LARGEST_WEIGHT)).all():
        raise CountryError(f"border_weights must be between 0 and {LARGEST_WEIGHT:g}")
    return np.array([country.border, own])


def check(country: Country, border_measure: str = "dummy") -> None:
    """Refuse weights by province of a country that has none."""
    if border_measure != "dummy" and not country.border_weights:
        raise CountryError(
            f"border_measure = {border_measure}: {country.name} has no weights by province: put a "
            "border.csv into its folder"
        )

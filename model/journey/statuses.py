"""People beyond the border by status: where a risk depends on it (``onward_by_status``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from defection.tables import CountryError

if TYPE_CHECKING:
    from defection.country import Country

STATUS = "status"
"""The dimension of ``onward_by_status``; its values are in order, the lowest first."""


def distinguishes_status(parameters: Any) -> bool:
    """Whether people beyond the border must be told apart by status, by ``Parameters``."""
    from defection.interventions import parsed  # which reads the registry

    if parameters.journey == "off":
        return False
    dated = any(one.name == "onward_by_status" for one in parsed(parameters.interventions))
    return dated or parameters.onward_by_status != 1.0


def check(country: Country, onward_by_status: float = 0.0) -> None:
    """Refuse a risk by status of a country whose people have none."""
    if onward_by_status != 1.0 and STATUS not in country.dimensions:
        raise CountryError(
            f"onward_by_status needs the dimension {STATUS!r}, which {country.name} has not: it "
            f"has {', '.join(country.dimensions)}"
        )


def over_status(values: np.ndarray, levels: int) -> np.ndarray:
    """Return numbers of groups, [..., G], of which ``levels`` statuses in a row are one group."""
    if levels == 1:
        return values
    groups = values.shape[-1] // levels  # said, for there may be no year yet
    return np.asarray(values.reshape(*values.shape[:-1], groups, levels).sum(axis=-1))


def with_status(
    country: Country, by: tuple[str, ...], by_status: bool
) -> tuple[tuple[str, ...], int]:
    """Return by what people are followed, and how many groups in a row are one of ``by``."""
    if not by_status or STATUS in by:
        return by, 1
    check(country)
    return (*by, STATUS), len(country.dimensions[STATUS])

"""Parameters of citizens and places that the paper's law has not, written once.

:class:`defection.parameters.Parameters` has them beside those of the law.
"""

from __future__ import annotations

import dataclasses
from typing import Any


def _place(default: float | str, unit: str, meaning: str, source: str, **more: Any) -> Any:
    what = {"group": "reading", "extension": True, "unit": unit, "meaning": meaning, **more}
    return dataclasses.field(default=default, metadata={**what, "source": source})


@dataclasses.dataclass(frozen=True, kw_only=True)
class PlaceParameters:
    """The fields of :class:`defection.parameters.Parameters` that say where and what people are."""

    border_measure: str = _place(
        "dummy", "",
        "What the border weighs in a province: the dummy of provinces.csv, or the weight by "
        "province of border.csv",
        "a reading: the paper has one dummy for all provinces at the border",
        choices=("dummy", "by_province"),
    )  # fmt: skip
    border_scale: float = _place(
        1.0, "ratio",
        "Factor on the weight of the border; dated interventions in single provinces make it free",
        "no part of the paper, whose dummy is 0 or 1", low=0.0, high=100.0,
    )  # fmt: skip
    dated_shares: float = _place(
        0.0, "share",
        "How far shares follow the dated ones of dated_shares.csv: 0 keeps those of the "
        "composition, 1 takes the dated",
        "no part of the paper, which holds all shares at their values of 2008",
        low=0.0, high=1.0, national=True, from_start=True,
    )  # fmt: skip

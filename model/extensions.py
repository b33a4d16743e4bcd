"""Parameters of what the law may have beyond the paper: they stand in the utility, off by default.

:class:`defection.parameters.Parameters` has them beside those of the paper.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from defection.journey.parameters import JourneyParameters

_WISH = "no part of the paper's law; its last pages wish for a coefficient of the economy's own"


def _parameter(default: float, **what: Any) -> Any:
    return dataclasses.field(default=default, metadata={**what, "extension": True})


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExtensionParameters(JourneyParameters):
    """The fields of :class:`defection.parameters.Parameters` that extend the utility."""

    economy_ability_effect: float = _parameter(
        0.0, group="utility", unit="log odds per percent of growth", low=-10.0, high=10.0,
        meaning="What a percent of growth adds to the log odds of ability, apart from s",
        source=_WISH,
    )  # fmt: skip
    economy_motivation_effect: float = _parameter(
        0.0, group="utility", unit="log odds per percent of growth", low=-10.0, high=10.0,
        meaning="What a percent of growth adds to the log odds of motivation, apart from s",
        source=_WISH,
    )  # fmt: skip
    broker_fee: float = _parameter(
        0.0, group="utility", unit="thousand USD", low=0.0, high=100.0,
        needs="broker_fee_effect",
        meaning="Fee of the way across the border; dated interventions change it, and nothing "
        "reads it while `broker_fee_effect` is 0",
        source="no part of the paper; press reports of 2005 to 2016 (`fees.csv`)",
    )  # fmt: skip
    broker_fee_effect: float = _parameter(
        0.0, group="utility", unit="log odds per thousand USD", low=0.0, high=10.0,
        meaning="What a thousand USD of the fee takes from the log odds of ability, apart from s",
        source="no part of the paper, and no source has a size: the range is the user's",
    )  # fmt: skip
    loss_if_stopped: float = _parameter(
        1.0, group="utility", unit="utility", low=0.01, high=100.0,
        meaning="Loss of an attempt that is stopped, -C; dated interventions let it follow the "
        "penalties",
        source="paper, C = -1; that it changes is no part of the paper, and no source has a size "
        "(`payoffs.csv`)",
    )  # fmt: skip

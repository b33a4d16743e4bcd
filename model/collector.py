"""What Mesa's data collector keeps of a model, and when."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import mesa

from defection.measures import FLOWS, MODEL_COLUMNS, PROVINCE_COLUMNS, STATES


class Recorded:
    """Reads a column of a province's row after a week, quicker than its attribute."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, province: Any) -> int | float:
        """Return the value of one province."""
        return province.model.recorded[self.name][province.index]


def new_collector(province_class: type) -> mesa.DataCollector:
    """Return a collector of the columns of the model and of its provinces."""
    columns = {
        column: Recorded(name) if name in (*FLOWS, *STATES) else attrgetter(name)
        for column, name in PROVINCE_COLUMNS.items()
    }
    return mesa.DataCollector(
        model_reporters={name: name for name in MODEL_COLUMNS},
        agenttype_reporters={province_class: columns},
    )


def collect(model: Any) -> None:
    """Keep the latest week's flows, and the states in force in the coming one."""
    model.recorded = {name: model.state[name].tolist() for name in (*FLOWS, *STATES)}
    model.datacollector.collect(model)
    if not model.running and not hasattr(model.datacollector, "_collection_steps"):
        # batch_run of Mesa 3.3 reads rows 0 .. steps - 1 and would lose the last week's
        model.steps += 1

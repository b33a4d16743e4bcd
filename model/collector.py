"""What Mesa's data collector keeps of a model: a row for each week, as the weekly tables have."""

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import mesa

from defection.measures import MODEL_COLUMNS


def new_collector(more: Iterable[str] = ()) -> mesa.DataCollector:
    """Return a collector of the columns of a model, ``measures.MODEL_COLUMNS`` and ``more``."""
    reporters = {name: functools.partial(_latest, name) for name in (*MODEL_COLUMNS, *more)}
    return mesa.DataCollector(model_reporters=reporters)


def _latest(name: str, model: Any = None) -> object:
    return None if model is None else model.latest[name]  # none: Mesa 3.4 tries a reporter so


def collect(model: Any) -> None:
    """Keep the week that was simulated last: its flows, and the states in force during it."""
    history, week = model.history, model.week - 1
    people = history.populations[week].tolist()
    alpha, beta = (history.states[f"belief_{name}"][week] for name in ("alpha", "beta"))
    model.latest = {
        "week": week,
        "year": model.country.year_of(week),
        "population": sum(people),
        **history.latest,
        **{f"total_{name}": count for name, count in history.totals().items()},
        "mean_repression": mean_by_people(history.states["repression"][week].tolist(), people),
        "mean_belief": mean_by_people((alpha / (alpha + beta)).tolist(), people),
        **{name: getattr(model, name) for name in ("seed", "running", "stopped_early")},
        **(model.journey.national() if model.journey else {}),
    }
    model.datacollector.collect(model)
    if hasattr(model.datacollector, "_collection_steps"):
        # by which batch_run of Mesa 3.4 finds rows; it wants 0 .. steps - 1, and 3.5 what is there
        model.datacollector._collection_steps[-1] = week


def mean_by_people(values: Sequence[float], people: Sequence[int]) -> float:
    """Return the mean of values of provinces by their people; not a number where nobody is left."""
    total = sum(people)
    weighted = sum([value * count for value, count in zip(values, people, strict=True)])
    return weighted / total if total else math.nan

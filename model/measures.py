"""What is recorded: every column once, with its meaning and unit.

Time convention: row t of a weekly table is week t (t = 0, 1, ...): the flows of that week, and the
repression and the belief in force during it. So is row t of Mesa's ``DataCollector``.
"""

import dataclasses

WEEKS_PER_YEAR = 52
"""The paper's 1,196 weeks are 23 years of 52."""


@dataclasses.dataclass(frozen=True)
class Measure:
    """One recorded column: an attribute of a province, and of the model where it adds up."""

    name: str
    kind: str
    """``flow`` (whole number in a week, adds up), or ``state`` (a number in force in a week)."""
    unit: str
    meaning: str


MEASURES: tuple[Measure, ...] = (
    Measure("attempts", "flow", "attempts per week", "attempts to leave, stopped or not"),
    Measure("stopped", "flow", "attempts per week", "attempts that were stopped"),
    Measure("successes", "flow", "attempts per week", "attempts that were not stopped"),
    Measure(
        "known_attempts", "flow", "attempts per week", "attempts that became known to citizens"
    ),
    Measure(
        "known_stopped",
        "flow",
        "attempts per week",
        "stopped attempts that became known to citizens",
    ),
    Measure("repression", "state", "probability", "probability that an attempt is stopped"),
    Measure("belief_alpha", "state", "attempts", "alpha of the belief about repression"),
    Measure("belief_beta", "state", "attempts", "beta of the belief about repression"),
)

FLOWS = tuple(measure.name for measure in MEASURES if measure.kind == "flow")
STATES = tuple(measure.name for measure in MEASURES if measure.kind == "state")
WEEKLY_COLUMNS = ("week", "year", "province", "population", *FLOWS, *STATES)
YEARLY_COLUMNS = ("year", "weeks", "population", *FLOWS, "observed", "observed_printed")
MODEL_COLUMNS = (
    "week", "year", "population", *FLOWS, *(f"total_{name}" for name in FLOWS),
    "mean_repression", "mean_belief", "seed", "running", "stopped_early",
)  # fmt: skip
"""Columns of the ``DataCollector``: a week of the whole country, the totals of the run up to it,
the means of provinces by their people, and which run it is and whether it goes on."""

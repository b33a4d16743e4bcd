"""What changes from week to week, as compiled code reads it: a row for each province.

Fields of a province: the latest week's flows, what its citizens remember, and the repression and
the belief in force in the coming week. ``measures.MEASURES`` lists those that are recorded; a rule
that needs another one adds it to the fields below.
"""

import numpy as np

from defection.measures import FLOWS, STATES
from defection.parameters import ALL_PARAMETERS, Parameters

REMEMBERED = ("remembered_attempts", "remembered_stopped")
"""Counts of the last H weeks, which are not recorded."""

PASSED = ("passed_attempts", "passed_stopped")
"""Of a circle: what became known there and in the whole province. Not recorded."""

DISCONTENT = ("first_motivation", "discontent")
"""Mean motivation of the people in the first week; the present year's over it. Not recorded."""

NEWS = ("news_stopped", "news_successes")
"""Expected numbers of this week's news from people who have crossed: of attempts that were stopped,
or of returns; and of attempts that were not, or of arrivals. Not recorded."""

PULL = ("pull",)
"""Log odds added to the ability of all, for they heard of a rescue. Not recorded."""

PROVINCE = np.dtype(
    [(name, np.float64) for name in STATES]
    + [(name, np.int64) for name in (*FLOWS, *REMEMBERED, *PASSED)]
    + [(name, np.float64) for name in (*DISCONTENT, *NEWS, *PULL)]
)
"""One province, or one circle of it: recorded states and flows, what is remembered, more."""

SETTINGS = np.dtype(
    [
        (p.name, np.float64 if p.kind == "number" else np.int64)
        for p in ALL_PARAMETERS.values()
        if not p.is_text
    ]
    + [("famine_row", np.int64)]
)
"""The parameters in force in one province, ``p`` below; a choice is its position among choices."""

_FIELDS = PROVINCE.names or ()
FIRST_FLOW = _FIELDS.index(FLOWS[0])
"""Position of the first recorded flow among the fields of a province."""


_CODES = {
    p.name: {choice: code for code, choice in enumerate(p.choices)}
    for p in ALL_PARAMETERS.values()
    if not p.is_text
}
"""The numbers of the choices of every parameter that is part of the settings."""


def settings_row(parameters: Parameters, famine_row: int) -> tuple:
    """Return one row of :data:`SETTINGS`; ``famine_row`` is the row of its famine years."""
    values = vars(parameters)
    row = [codes[values[name]] if codes else values[name] for name, codes in _CODES.items()]
    return (*row, famine_row)


def new_state(provinces: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the provinces' rows [P], and the same memory as integers and floats [P, fields]."""
    whole = np.zeros((provinces, len(_FIELDS)), np.int64)
    return whole.view(PROVINCE)[:, 0], whole, whole.view(np.float64)

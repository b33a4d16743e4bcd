"""Helpers for the tests of policies."""

import numpy as np

from defection import Parameters
from defection.parameters import PARAMETERS
from defection.policies import switch
from defection.state import SETTINGS, new_state, settings_row


def next_repression(policy, attempts, repression, stopped=0, discontent=1.0, **parameters):
    """Return next week's repression of a province by the compiled switch."""
    state = new_state(1)[0]
    state["attempts"], state["stopped"], state["repression"] = attempts, stopped, repression
    state["discontent"] = discontent
    p = np.array([settings_row(Parameters(**parameters), 0)], SETTINGS)
    code = PARAMETERS["policy"].choices.index(policy)
    return switch.repression(code, state[0], p[0])

"""Policies of the state: how a province changes its repression, one policy a file.

A policy is a compiled function ``repression(province, p)`` in a file of its own. It returns next
week's repression from a province's row of :data:`defection.state.PROVINCE` and the parameters in
force there, a row of :data:`defection.state.SETTINGS`. A line here makes it a choice of the
parameter ``policy``: for both engines, sweeps, searches and the app.
"""

POLICIES: dict[str, str] = {
    "paper": "defection.policies.paper",  # more than the tolerated number: raise; else relax
    "two_rates": "defection.policies.two_rates",  # relaxes at another rate
    "discontent": "defection.policies.discontent",  # tolerates more where motivation is high
    "history": "defection.policies.history",  # is drawn towards a dated target
    "stay_free": "defection.policies.stay_free",  # never changes
    "proportional": "defection.policies.proportional",  # reacts in proportion to the excess
}  # fmt: skip
"""The module of each policy by its name; the first is the default."""

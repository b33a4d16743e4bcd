"""The paper's policy, drawn towards what is known of the history of control.

Source: paper, note 3. The target is the parameter ``control_target``, which dated interventions
change (the preset "history of control" has the dates of a country's ``control.csv``).
"""

from typing import Any

from defection.compiled import compiled
from defection.policies import paper


@compiled
def repression(province: Any, p: Any) -> float:
    """Return (1 - w) times the paper's next repression and w times a step to the target.

    The step raises or lowers R by the share r, and ends at the target.
    """
    now, target = province.repression, p.control_target
    if now < target:
        step = min(target, now * (1.0 + p.adjustment_rate))
    else:
        step = max(target, now * (1.0 - p.adjustment_rate))
    return (1.0 - p.history_weight) * paper.repression(province, p) + p.history_weight * step

"""The results of the paper beside ours: what it says, what is found here, a verdict by a rule."""

from defection.replication.kept import Kept, ReplicationError
from defection.replication.points import Point
from defection.replication.registry import PAGE, RESULTS, Computed, every
from defection.replication.renewal import renew, states
from defection.replication.result import Figure, Judgement, Result
from defection.replication.runs import Runs
from defection.replication.verdicts import NOT, REPRODUCED, SHOWN, UNDECIDED

if __name__ != "defection.replication":
    raise ImportError("import defection.replication, not replication: or all classes exist twice")

__all__ = [
    "NOT", "PAGE", "REPRODUCED", "RESULTS", "SHOWN", "UNDECIDED", "Computed", "Figure",
    "Judgement", "Kept", "Point", "ReplicationError", "Result", "Runs", "every", "renew", "states",
]  # fmt: skip

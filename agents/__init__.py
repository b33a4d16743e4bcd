"""The two kinds of agents: provinces that repress, and categories of citizens that decide."""

from defection.agents.citizens import CitizenCategory
from defection.agents.province import Belief, Province

if __name__ != "defection.agents":
    raise ImportError("import defection.agents, not agents: or all classes exist twice")

__all__ = ["Belief", "CitizenCategory", "Province"]

"""The agents: provinces that repress, categories of citizens that decide, refugees that move."""

from defection.agents.citizens import CitizenCategory
from defection.agents.province import Belief, Province
from defection.agents.refugees import Refugees

if __name__ != "defection.agents":
    raise ImportError("import defection.agents, not agents: or all classes exist twice")

__all__ = ["Belief", "CitizenCategory", "Province", "Refugees"]

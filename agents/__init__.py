"""The agents: provinces that repress, categories of citizens that decide, refugees that move."""

from defection.agents.belief import Belief
from defection.agents.circle import Circle
from defection.agents.citizens import CitizenCategory
from defection.agents.province import Province
from defection.agents.refugees import Refugees

if __name__ != "defection.agents":
    raise ImportError("import defection.agents, not agents: or all classes exist twice")

__all__ = ["Belief", "Circle", "CitizenCategory", "Province", "Refugees"]

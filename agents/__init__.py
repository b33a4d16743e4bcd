"""The two kinds of agents: provinces that repress, and categories of citizens that decide."""

from defection.agents.citizens import CitizenCategory
from defection.agents.province import Belief, Province

__all__ = ["Belief", "CitizenCategory", "Province"]

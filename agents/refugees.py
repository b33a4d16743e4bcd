"""The refugees: everyone from one province who has crossed the border, as expected people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from defection.agents.identity import NumberedAgent
from defection.journey.cells import BLOCK, HELD, HOME, IN_CHINA, SOUTH

if TYPE_CHECKING:
    from defection.agents.province import Province


class Refugees(NumberedAgent):
    """Everyone from one province who has crossed the border.

    They are a flow of expected people, which need not be whole; a model has them where it was made
    with ``record_journey=True``.

    Parameters
    ----------
    model : DefectionModel
        The model, which makes its refugees itself.
    province : Province
        Where they come from; its repression meets those who try again.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> model = DefectionModel(seed=1, weeks=520, record_journey=True).run()
    >>> bool(sum(refugees.in_china for refugees in model.refugees) > 0)
    True
    """

    def __init__(self, model: Any, *, province: Province) -> None:
        super().__init__(model)
        self.province = province

    def move(self) -> None:
        """Let a week pass: go onward, be returned, come home, be released, try again."""
        model, here = self.model, self.province.index
        repression = model.state["repression"].item(here)
        model.journey.move(model.year_index, here, repression)

    def _people(self, *cells: int) -> float:
        size = self.model.journey.arrays.size
        here = slice(self.province.index * size, (self.province.index + 1) * size)
        return float(self.model.journey.travellers.people[np.array(cells), here].sum())

    @property
    def in_china(self) -> float:
        """Those in China."""
        return self._people(*range(IN_CHINA, IN_CHINA + BLOCK))

    @property
    def held(self) -> float:
        """Those held after they were returned or stopped."""
        return self._people(*range(HELD, HELD + BLOCK))

    @property
    def home(self) -> float:
        """Those back home who will try again."""
        return self._people(*range(HOME, HOME + BLOCK))

    @property
    def arrived(self) -> float:
        """Those who have arrived in the South so far, by way of China or another."""
        return self._people(SOUTH)

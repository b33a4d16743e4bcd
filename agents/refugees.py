"""The refugees: everyone from one province who has crossed the border, as expected people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defection.agents.identity import NumberedAgent
from defection.journey.cells import F_ARRIVALS, HELD, HOME, IN_CHINA

if TYPE_CHECKING:
    import numpy as np

    from defection.agents.province import Province


class Refugees(NumberedAgent):
    """Everyone from one province who has crossed the border.

    They are a flow of expected people, which need not be whole; a model has them where its journey
    is on, as in the defaults of North Korea.

    Parameters
    ----------
    model : DefectionModel
        The model, which makes its refugees itself.
    province : Province
        Where they come from; its repression meets those who try again.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> model = DefectionModel(seed=1, weeks=520).run()
    >>> bool(sum(refugees.in_china for refugees in model.refugees) > 0)
    True
    """

    def __init__(self, model: Any, *, province: Province) -> None:
        super().__init__(model)
        self.province = province

    def move(self) -> None:
        """Let a week pass: go onward, be returned, come home, be released, try again.

        What home may hear of it is noted in the province's row.
        """
        model, here = self.model, self.province.index
        model.journey.expect_news(model.state, here, model.in_force[here])
        model.journey.move(here, model.state["repression"].item(here))

    def _sum(self, of_groups: np.ndarray) -> float:
        size = self.model.journey.arrays.size
        here = self.province.index * size
        return float(of_groups[..., here : here + size].sum())

    @property
    def in_china(self) -> float:
        """Those in China."""
        return self._sum(self.model.journey.latest[1][IN_CHINA])

    @property
    def held(self) -> float:
        """Those held after they were returned or stopped."""
        return self._sum(self.model.journey.latest[1][HELD])

    @property
    def home(self) -> float:
        """Those back home who will try again."""
        return self._sum(self.model.journey.latest[1][HOME])

    @property
    def arrived(self) -> float:
        """Those who have arrived in the South so far, by way of China or another."""
        return self._sum(self.model.journey.record.flows[:, F_ARRIVALS])

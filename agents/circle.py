"""A news circle: the part of a province whose people hear of each other's attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defection.agents.belief import Belief
from defection.counties import COUNTIES
from defection.state import PROVINCE

if TYPE_CHECKING:
    from defection.agents.province import Province


class Circle:
    """One news circle of a province: a window on its row of ``model.circles.rows``.

    Its flows (``attempts``, ``stopped`` ...) are those of the latest week; ``passed_attempts`` and
    ``passed_stopped`` are what became known there and in the whole province.

    Parameters
    ----------
    province : Province
        Of which it is a part.
    number : int
        Its position in the province, from 0.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> model = DefectionModel(seed=1, weeks=10, news_circles=3).run()
    >>> [circle.name for circle in model.provinces[0].circles]
    ['circle 1', 'circle 2', 'circle 3']
    >>> sum(circle.attempts for circle in model.provinces[0].circles) == model.provinces[0].attempts
    True
    """

    def __init__(self, province: Province, number: int) -> None:
        self.province, self.number = province, number
        circles = province.model.circles
        self._count = circles.edges.shape[1] - 1
        self.index = province.index * self._count + number
        first, last = circles.edges[province.index, number : number + 2].tolist()
        self.share = last - first
        """Share of the province's people."""
        counties = province.model.parameters.news_circles == COUNTIES
        names = province.model.country.counties if counties else {}
        self.name = names[province.name][number][0] if counties else f"circle {number + 1}"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.name} in {self.province.name}: {self.share:.1%} of its "
            f"people, repression believed {self.belief.mean:.3f}>"
        )

    def __setattr__(self, name: str, value: object) -> None:
        if name in (PROVINCE.names or ()):
            raise AttributeError(f"{name} of a news circle cannot be set; set province.belief")
        super().__setattr__(name, value)

    @property
    def belief(self) -> Belief:
        """What its people believe about repression in the coming week."""
        return Belief(self.belief_alpha, self.belief_beta)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in (PROVINCE.names or ()):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return self.province.model.circles.rows[name].item(self.index)

"""What a design is; every class with a ``kind`` joins the designs when it is imported."""

from __future__ import annotations

import abc
import dataclasses
from typing import ClassVar

import pandas as pd

from defection.batch_runs.designs.space import Space

DESIGNS: dict[str, type[Design]] = {}
"""Every design by the name that a design file gives it."""


@dataclasses.dataclass(frozen=True)
class Design(abc.ABC):
    """Which points of a space a sweep runs; its fields are keys of ``[design]``.

    One that can be continued also has ``more(space, seed, before, total)``.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "kind" in vars(cls):
            DESIGNS[cls.kind] = cls

    @abc.abstractmethod
    def size(self, space: Space) -> int:
        """Return the number of points."""

    @abc.abstractmethod
    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter."""

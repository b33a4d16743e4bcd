"""Numbering of agents that does not keep a dropped model alive.

Mesa 3.3 numbers agents from a dictionary of the class that holds every model for ever (mesa issue
3179, mended in 3.4.2 and 3.5, which need Python 3.12). Our agents bring their own dictionary, which
holds models weakly; newer versions of Mesa number agents themselves and never look at it.
"""

import itertools
import weakref
from collections.abc import Iterator

import mesa


class WeakCounters:
    """A counter from 1 for each model, forgotten with the model."""

    def __init__(self) -> None:
        self._counters: weakref.WeakKeyDictionary[mesa.Model, Iterator[int]] = (
            weakref.WeakKeyDictionary()
        )

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        return self._counters.setdefault(model, itertools.count(1))


class NumberedAgent(mesa.Agent):
    """A Mesa agent with a number that is unique in its model."""

    _ids = WeakCounters()

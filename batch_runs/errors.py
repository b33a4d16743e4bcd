"""What can be wrong with many runs: one class for each kind of cause.

Besides these: ``FolderError`` of :mod:`defection.files` (a place that cannot be read or written).
"""

from collections.abc import Callable, Iterable

from defection.parameters import nearest


class DesignError(ValueError):
    """A design cannot be made; ``field`` is the path of keys at fault, as in the design file."""

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = field


class PlanError(ValueError):
    """A plan was changed, or does not fit the law, the data or what is asked for now."""


class SweepError(ValueError):
    """A sweep or a search cannot be run in the way that is asked for."""


class SearchError(ValueError):
    """A search cannot be made: a setting is wrong, or what it is given does not fit."""


class ResultsError(ValueError):
    """What is asked of the results of a sweep or a search is not there."""


class ClusterError(OSError):
    """The cluster cannot be reached, has no workers, or was lost."""


def check_known(
    said: str, name: object, known: Iterable[str], error: Callable[..., Exception], *field: str
) -> None:
    """Raise an error where a name is not known: what is said, the nearest, all that there are."""
    if name not in (names := tuple(known)):
        raise error(f"{said}{nearest(str(name), names)}; there are {', '.join(names)}", *field)

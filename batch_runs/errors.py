"""What can be wrong with many runs: one class for each kind of cause.

Besides these: ``FolderError`` of :mod:`defection.files` (a place that cannot be read or written).
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator

from defection.parameters import nearest


class DesignError(ValueError):
    """A design cannot be made; ``field`` is the path of keys at fault, as in the design file."""

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = field


class PlanError(ValueError):
    """A plan was changed, or does not fit the law, the data or the present settings."""


class SweepError(ValueError):
    """A sweep or a search cannot be run with these settings."""


class SearchError(ValueError):
    """A search cannot be made: a setting is wrong, or what it works on does not fit."""


class ResultsError(ValueError):
    """Something is not among the results of a sweep or a search."""


class WorkerError(OSError):
    """Workers cannot start, or what failed is not a run: memory, disk, the installation."""


class ClusterError(OSError):
    """The cluster cannot be reached, has no workers, or was lost."""


@contextlib.contextmanager
def in_field(*field: str) -> Iterator[None]:
    """Have a ``ValueError`` be a ``DesignError`` of this field, with the same message."""
    try:
        yield
    except ValueError as error:
        raise DesignError(str(error), *field) from None


def check_known(
    said: str, name: object, known: Iterable[str], error: Callable[..., Exception], *field: str
) -> None:
    """Raise an error where a name is not known: what is said, the nearest, all that there are."""
    if name not in (names := tuple(known)):
        raise error(f"{said}{nearest(name, names)}; there are {', '.join(names)}", *field)

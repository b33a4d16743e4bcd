"""Which figures fit a sweep, each with its caption, and all that fit written into a folder."""

import dataclasses
import functools
import itertools
import pathlib
from collections.abc import Callable, Iterator

from defection.batch_runs.errors import ResultsError, check_known
from defection.batch_runs.outcomes import by_point, words
from defection.batch_runs.store.results import SweepResults
from defection.files import FolderError, check_file, replaced_file
from defection.views.figures.convergence import convergence
from defection.views.figures.fan_chart import fan_chart
from defection.views.figures.figure import Figure
from defection.views.figures.heat_map import heat_map
from defection.views.figures.one_at_a_time import one_at_a_time
from defection.views.figures.scatter import rank_correlations, scatter
from defection.views.run_folder import failure

MOST_PAIRS = 3
"""Heat maps of a grid, at most."""

ALONE = "Each drawing varies one parameter alone; the ribbons hold 50 % and 90 % of the replicates."
DOTS = (
    "A dot is a point (the mean over its replicates); the line is the median in slices of the "
    "parameter."
)
CELLS = (
    "The mean, and what it hides: how much replicates (and points of a cell) differ, and how many "
    "runs stopped early."
)
FAN = "Yearly successes over the replicates of point {point} ({why}), and what was observed."
WIDTHS = "The relative half-width of the 90 % interval of the mean, after n replicates."

FORMATS = ("png", "svg")

RESOLUTION = 150
"""Dots per inch of PNG files, and of dots in SVG files."""


@dataclasses.dataclass(frozen=True)
class SweepFigure:
    """A figure that fits: its file's name (without ending), its caption, and what draws it."""

    name: str
    caption: str
    draw: Callable[[], Figure]

    def alternative_text(self, figure: Figure) -> str:
        """Return the drawn figure in words: its title, its caption and what it draws."""
        titles = [axis.get_title(loc="left") for axis in figure.axes]
        drawn = [f"Drawn: {title}." for title in titles if title]
        return " ".join([f"{figure.get_suptitle()}.".replace("\n", " "), self.caption, *drawn])


def figures(results: SweepResults, outcome: str = "total_successes") -> list[SweepFigure]:
    """Return the figures that fit the design and what is done of it; none where no run is done.

    Fan charts of the base point or of the points with the smallest, middle and largest outcome;
    small multiples of a one-at-a-time design; heat maps of a grid's parameters, or of the two that
    order the points of a sampled design most; a scatter of sampled designs; the convergence where a
    point has two replicates.

    Parameters
    ----------
    results : SweepResults
        An opened sweep.
    outcome : str
        A column of the table of runs.

    Returns
    -------
    list of SweepFigure
        Each draws itself when asked.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid", "replicates": 2}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> [figure.name for figure in figures(results)]
    ['fan-chart-0', 'convergence']
    """
    return list(_figures(results, outcome))


def _figures(results: SweepResults, outcome: str) -> Iterator[SweepFigure]:
    table = by_point(results, outcome)
    table = table[table["runs"] > 0]
    if table.empty:
        return
    names, draw = results.varied, functools.partial
    alone, grid = results.kind == "one-at-a-time", results.kind == "grid"
    if alone and names:
        yield SweepFigure("one-at-a-time", ALONE, draw(one_at_a_time, results, outcome))
    if names and not alone and (not grid or len(names) == 1):
        yield SweepFigure("scatter", DOTS, draw(scatter, results, outcome))
    pairs = [] if alone else list(itertools.combinations(names, 2))[:MOST_PAIRS]
    if pairs and not grid:
        pairs = list(itertools.combinations(rank_correlations(table, names).index[:2], 2))
    for x, y in pairs:
        yield SweepFigure(f"heat-map-{x}-{y}", CELLS, draw(heat_map, results, x, y, outcome))
    for point, why in _fan_points(table["mean"].sort_values(kind="stable").index.tolist(), alone):
        caption = FAN.format(point=f"{point:,}", why=why)
        yield SweepFigure(f"fan-chart-{point}", caption, draw(fan_chart, results, point))
    if (table.loc[table["runs"] >= 2, "mean"] != 0).any():
        caption = f"{WIDTHS} Outcome: {words(outcome)}."
        yield SweepFigure("convergence", caption, draw(convergence, results, outcome))


def _fan_points(order: list[int], alone: bool) -> list[tuple[int, str]]:
    """Return points, and why these; ``order`` is from the smallest outcome to the largest."""
    if alone and 0 in order:
        return [(0, "the base point")]
    if len(order) == 1:
        return [(order[0], "the only point")]
    picks = {order[0]: "the smallest outcome", order[len(order) // 2]: "the middle one"}
    return list({**picks, order[-1]: "the largest outcome"}.items())


def write_figures(
    results: SweepResults,
    folder: str | pathlib.Path,
    *,
    format: str = "png",  # noqa: A002
    outcome: str = "total_successes",
    force: bool = False,
) -> list[pathlib.Path]:
    """Write the figures that fit the design (:func:`figures`) into a folder.

    Other files of the folder stay as they are.

    Parameters
    ----------
    results : SweepResults
        A sweep, as :func:`~defection.batch_runs.open_results` gives it.
    folder : str or path
        The folder; it is made where there is none.
    format : str
        ``png`` or ``svg``.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.
    force : bool
        Replace files of the same names.

    Returns
    -------
    list of path
        The files.

    Raises
    ------
    ResultsError
        No such outcome or format, or no run is done.
    FolderError
        One of the files exists (without ``force``), or the folder cannot be written, or a figure
        cannot be drawn (the others are written).

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> plan = {"seed": 1, "weeks": 60, "design": {"kind": "grid", "replicates": 2}}
    >>> results = run_sweep(plan, tempfile.mkdtemp(), engine="serial")
    >>> [file.name for file in write_figures(results, tempfile.mkdtemp(), format="svg")]
    ['fan-chart-0.svg', 'convergence.svg']
    """
    check_known(f"there is no format {format!r}", format, FORMATS, ResultsError)
    folder = pathlib.Path(folder)
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} exists and is not a folder; name a folder for the figures")
    fitting = figures(results, outcome)
    if not fitting:
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    files = [check_file(folder / f"{one.name}.{format}", force=force) for one in fitting]
    undated = {"Date": None} if format == "svg" else None
    failed = []
    for one, file in zip(fitting, files, strict=True):
        try:
            with replaced_file(file, force=force) as beside:
                one.draw().savefig(beside, format=format, dpi=RESOLUTION, metadata=undated)
        except OSError:
            raise
        except Exception as error:
            failed.append(f"{file.name} ({failure(error)})")
    if failed:
        raise FolderError(f"{folder} lacks what could not be drawn: {'; '.join(failed)}")
    return files

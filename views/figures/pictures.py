"""Which figures fit a sweep, each with what it shows in words."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

from matplotlib.figure import Figure

from defection.batch_runs.outcomes import by_point, checked_outcome, words
from defection.batch_runs.store.results import SweepResults
from defection.views.figures.convergence import convergence
from defection.views.figures.fan_chart import fan_chart
from defection.views.figures.heat_map import heat_map
from defection.views.figures.one_at_a_time import one_at_a_time
from defection.views.figures.scatter import rank_correlations, scatter

MOST_PAIRS = 3
"""Heat maps of a grid, at most."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A figure that fits: its file's name (without ending), how to read it, and the function that draws it."""

    name: str
    caption: str
    draw: Callable[[], Figure]

    def described(self, figure: Figure) -> str:
        """Return the drawn figure in words, for those who do not see it: its title, what it draws, and its axes."""
        drawn = [axis.get_title(loc="left") for axis in figure.axes if axis.get_title(loc="left")]
        return " ".join(
            [
                f"{figure.get_suptitle()}.".replace("\n", " "),
                self.caption,
                *(f"Drawn: {title}." for title in drawn),
            ]
        )


def pictures(results: SweepResults, outcome: str = "total_successes") -> list[Picture]:
    """Return the figures that fit the design and what is done of it; none where no run is done.

    Fan charts of the base point or of the points with the smallest, middle and largest outcome;
    small multiples of a one-at-a-time design; heat maps of a grid's parameters, or of the two that
    order the points of a sampled design most; a scatter of sampled designs; the convergence where a
    point has two replicates.
    """
    checked_outcome(results, outcome)
    table = by_point(results, outcome)
    table = table[table["runs"] > 0]
    if table.empty:
        return []
    kind, names = results.plan.about["specification"]["design"]["kind"], results.varied
    found: list[Picture] = []
    if kind == "one-at-a-time" and names:
        caption = "Each drawing varies one parameter alone; the ribbons hold 50 % and 90 % of the replicates."
        found.append(Picture("one-at-a-time", caption, lambda: one_at_a_time(results, outcome)))
    if names and (kind not in ("grid", "one-at-a-time") or (kind == "grid" and len(names) == 1)):
        caption = "A dot is a point (the mean over its replicates); the line is the median in slices of the parameter."
        found.append(Picture("scatter", caption, lambda: scatter(results, outcome)))
    pairs = list(itertools.combinations(names, 2))[:MOST_PAIRS]
    if kind != "grid" and pairs:
        pairs = [(*rank_correlations(table, names).index[:2],)]
    for pair in pairs if kind != "one-at-a-time" else []:
        if len(pair) == 2:
            found.append(_heat_map(results, pair[0], pair[1], outcome))
    for point, why in _chosen(
        table["mean"].sort_values(kind="stable").index.tolist(), kind
    ).items():
        caption = (
            f"Yearly successes over the replicates of point {point:,} ({why}), beside the record."
        )
        found.append(
            Picture(f"fan-chart-{point}", caption, lambda point=point: fan_chart(results, point))
        )  # type: ignore[misc]
    if (table.loc[table["runs"] >= 2, "mean"] != 0).any():
        caption = "The relative half-width of the 90 % interval of the mean, after n replicates."
        found.append(
            Picture(
                "convergence",
                f"{caption} Outcome: {words(outcome)}.",
                lambda: convergence(results, outcome),
            )
        )
    return found


def _heat_map(results: SweepResults, x: str, y: str, outcome: str) -> Picture:
    caption = "The mean, and what it hides: how far replicates (and points of a cell) differ, and how many runs stopped early."
    return Picture(f"heat-map-{x}-{y}", caption, lambda: heat_map(results, x, y, outcome))


def _chosen(order: list[int], kind: str) -> dict[int, str]:
    """Return the points whose fan charts are shown, and why; ``order`` is from the smallest outcome to the largest."""
    if kind == "one-at-a-time" and 0 in order:
        return {0: "the base point"}
    picks = {
        order[0]: "the smallest outcome",
        order[len(order) // 2]: "the middle one",
        order[-1]: "the largest outcome",
    }
    return picks if len(order) > 1 else {order[0]: "the only point"}

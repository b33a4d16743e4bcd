"""What the first line of the page says: what this is, the question of the week, what to do."""

from typing import Any

from defection.country import WEEKS_PER_YEAR
from defection.model import DefectionModel

TURN = 1.25
"""Attempts of a year rise, or decline, where they are this many times those of the year before."""


def guide(
    model: DefectionModel, *, playing: bool, speed: float, task: str = "", past: Any = None
) -> dict[str, Any]:
    """Return what this is, a question that the run now asks, and what to do (``task``, if any).

    Where ``past`` is looked at, the run as it stood then, the question is of that week.
    """
    country = model.country
    what = (
        f"A model of leaving {country.name} without permission, {country.years[0]}–"
        f"{country.years[-1]}: each week people of {country.category_count:,} kinds weigh leaving "
        "against what they hear of others."
    )
    shown = past or model
    ended = past is None and not model.running
    said = {"what": what, "question": question(shown, ended=ended), "begun": model.week > 0}
    said["invented"] = country.about.invented
    return {**said, "task": task or _task(model, playing, speed)}


def question(model: DefectionModel, *, ended: bool) -> str:
    """Return a question about what a run does in the week in which it stands."""
    if ended:
        return "How much of this was chance? Another seed gives another run."
    if model.week == 0:
        return "Nobody knows how likely an attempt is to be stopped. Who will try, and where?"
    in_force = model.in_force
    famines = [model.famines[int(row)][model.year_index] for row in in_force["famine_row"]]
    if (in_force["famine_effect"] * famines > 0).any():
        return "This is a famine year, which raises the motivation to leave. Do more people try?"
    attempts = model.history.flows["attempts"][: model.week].sum(axis=1)
    before, latest = (
        attempts[max(0, model.week - end) : model.week - end + WEEKS_PER_YEAR].sum()
        for end in (2 * WEEKS_PER_YEAR, WEEKS_PER_YEAR)
    )
    if model.week >= 2 * WEEKS_PER_YEAR and latest > TURN * before:
        return "Attempts rise. What did people hear, or forget?"
    if model.week >= 2 * WEEKS_PER_YEAR and TURN * latest < before:
        return "Attempts decline. Is that fear, or news of failures?"
    if model.mean_belief < model.mean_repression:
        return "More attempts are stopped than people believe. What would correct the belief?"
    return "Fewer attempts are stopped than people believe. Who could know that?"


def _task(model: DefectionModel, playing: bool, speed: float) -> str:
    if not model.running:
        return "Move one slider, press Reset, and play again with the same seed."
    if playing:
        return "Watch the map beside the flows, and press Pause where something turns."
    if model.week == 0:
        seconds = f"{max(1, round(model.weeks / speed)):,} seconds"
        return f"Press ▶ Play: the {model.weeks:,} weeks pass in about {seconds}."
    return "Click a province to see its flows, and open Why? to take one decision apart."

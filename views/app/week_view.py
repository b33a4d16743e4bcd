"""The latest week of a province, step by step, with the week's numbers and the law's own words."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from defection import equations, rules
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import PARAMETERS
from defection.policies import POLICIES
from defection.state import settings_row
from defection.views.app import words
from defection.views.app.decision import curves

if TYPE_CHECKING:
    from defection.model import DefectionModel

Data = dict[str, Any]


def law(rule: Callable[..., Any], paragraphs: int | None = None) -> str:
    """Return what the law says of a rule: its docstring, without sources and uniform numbers."""
    said = " ".join(" ".join((inspect.getdoc(rule) or "").split("\n\n")[:paragraphs]).split())
    said = re.sub(
        r"^Return | \(paper, [^)]*\)|, inverted at ``uniform``[^.]*| Source: .*|``", "", said
    )
    return words.capital(said) if said[0].isascii() else said


def settings_in(model: DefectionModel, week: int, province: int) -> np.ndarray:
    """Return the parameters that were in force in a province in a week, a row of ``SETTINGS``."""
    in_force = np.array([settings_row(model.parameters, 0)], model.in_force.dtype)
    changes = model.changes
    for number in np.flatnonzero((changes.weeks <= week) & (changes.provinces == province)):
        in_force[0] = changes.settings[number]
    return in_force


def readiest(model: DefectionModel, week: int, province: int) -> Data:
    """Return the category of a province that leaves most readily in a week: traits and cut-off."""
    country, in_force = model.country, settings_in(model, week, province)
    year = week // WEEKS_PER_YEAR
    famine = model.famines[int(in_force[0]["famine_row"])][year]
    cutoffs = [
        rules.expect(
            in_force, 0, float(country.ability_impact[province, c]),
            float(country.motivation_impact[province, c]), country.economy_ability,
            country.economy_motivation, model.growth_percent[year], famine,
        )[3]
        for c in range(len(country.traits))
    ]  # fmt: skip
    best = int(np.argmax(cutoffs))
    return {"traits": ", ".join(country.traits[best]), "cutoff": cutoffs[best]}


def week_steps(model: DefectionModel, province: int) -> Data:
    """Return the five steps of the latest week in a province; none before the first week.

    Parameters
    ----------
    model : DefectionModel
        A run, or one as it stood in a past week.
    province : int
        The position of the province.

    Returns
    -------
    dict
        ``week``, ``date``, ``province`` and ``steps``; each step has ``name``, ``law`` (sentences),
        ``says`` (what happened in words) and numbers for its drawing.
    """
    country, week = model.country, model.week - 1
    said: Data = {"province": country.provinces[province], "week": week, "steps": []}
    if week < 0:
        return said
    said["date"] = f"week {week} ({country.year_of(week)})"
    flows = {name: int(one[week, province]) for name, one in model.history.flows.items()}
    before, after = (
        {name: float(one[w, province]) for name, one in model.history.states.items()}
        for w in (week, week + 1)
    )
    p = settings_in(model, week, province)[0]
    people = int(model.history.populations[week, province])
    said["steps"] = [
        _decide(readiest(model, week, province), before, flows, people),
        _repress(before, flows),
        _hear(p, flows),
        _learn(p, before, after, _news(model, p, week, province)),
        _adjust(p, before, after, flows),
    ]
    changed = (model.changes.weeks == week + 1) & (model.changes.provinces == province)
    if changed.any():
        said["note"] = (
            "From the coming week an intervention holds here: it moves the last numbers too."
        )
    return said


def _step(name: str, rule: Callable[..., Any], laws: list[str], says: str, **numbers: Any) -> Data:
    return {"name": name, "rule": law(rule, 1), "law": laws, "says": says, **numbers}


def _mean(state: Data) -> float:
    return float(state["belief_alpha"] / (state["belief_alpha"] + state["belief_beta"]))


def _decide(ready: Data, before: Data, flows: Data, people: int) -> Data:
    alpha, beta = before["belief_alpha"], before["belief_beta"]
    chance = equations.defection_probability(ready["cutoff"], alpha, beta)
    says = (
        f"Of {people:,} people {flows['attempts']:,} attempt to leave. They believe that "
        f"{100 * _mean(before):.1f} % of attempts are stopped. Those who leave most readily "
        f"({ready['traits']}) attempt with a chance of {words.chance_words(chance)}."
    )
    laws = [law(equations.cutoff), law(equations.defection_probability)]
    laws.append(law(equations.drawn_attempts))
    return _step(
        "Decide", rules.decide, laws, says, people=people, attempts=flows["attempts"],
        cutoff=ready["cutoff"], **curves(alpha, beta),
    )  # fmt: skip


def _repress(before: Data, flows: Data) -> Data:
    repression, stopped = before["repression"], flows["stopped"]
    says = f"Repression is {repression:.3f}: {stopped:,} of {flows['attempts']:,} are stopped, "
    says += f"{flows['successes']:,} get through."
    if not flows["attempts"]:
        says = f"Repression is {repression:.3f}, but nobody attempts: there is nothing to stop."
    return _step(
        "Repress", rules.repress, [law(equations.stopped)], says, repression=repression,
        stopped=stopped, successes=flows["successes"],
    )  # fmt: skip


def _hear(p: Any, flows: Data) -> Data:
    known, failures = flows["known_attempts"], flows["known_stopped"]
    says = f"With K = {p['observation_probability']:g} {known:,} of {flows['attempts']:,} become "
    says += f"known: {failures:,} stopped and {known - failures:,} successful."
    if not flows["attempts"]:
        says = "There is nothing to hear of."
    return _step(
        "Hear", rules.hear, [law(equations.become_known)], says,
        failures=failures, successes=known - failures, unknown=flows["attempts"] - known,
    )  # fmt: skip


def _news(model: DefectionModel, p: Any, week: int, province: int) -> tuple[int, int]:
    """Return how many known attempts are new here in a week, and how many are forgotten."""
    known, hearing, old = model.history.known[0], int(p["hearing"]), week - int(p["memory_weeks"])
    new, forgotten = (
        rules.heard(known, w, province, hearing) if w >= 0 else 0 for w in (week, old)
    )
    return int(new), int(forgotten)


def _learn(p: Any, before: Data, after: Data, news: tuple[int, int]) -> Data:
    was, now = _mean(before), _mean(after)
    way = "does not change" if was == now else "rises" if now > was else "falls"
    says = f"{news[0]:,} known attempts are new here, and {news[1]:,} of H = "
    says += f"{int(p['memory_weeks']):,} weeks ago are forgotten. The believed repression {way}: "
    says += f"{was:.4f}" + (f", then {now:.4f}." if was != now else ".")
    return _step(
        "Learn", rules.learn, [law(equations.belief_alpha), law(equations.belief_beta)], says,
        alpha=[before["belief_alpha"], after["belief_alpha"]],
        beta=[before["belief_beta"], after["belief_beta"]], mean=[was, now], news=list(news),
    )  # fmt: skip


def _adjust(p: Any, before: Data, after: Data, flows: Data) -> Data:
    policy = PARAMETERS["policy"].choices[int(p["policy"])]
    measure = PARAMETERS["tolerated_measure"].choices[int(p["tolerated_measure"])]
    was, now, number = before["repression"], after["repression"], flows[measure]
    way = "stays" if was == now else "rises" if now > was else "falls"
    says = (
        f"{number:,} {measure} were observed, and {int(p['tolerated_attempts']):,} are tolerated. "
    )
    says += f"Repression {way}: {was:.4f}" + (f", then {now:.4f}." if was != now else ".")
    module = importlib.import_module(POLICIES[policy])
    about = (module.__doc__ or "").split("\n")[0]
    return _step(
        "Adjust", rules.adjust, [about, law(module.repression)], says, repression=[was, now],
        measure=measure, number=number, tolerated=int(p["tolerated_attempts"]),
    )  # fmt: skip

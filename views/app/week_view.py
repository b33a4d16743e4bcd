"""The latest week of a province, step by step, with the week's numbers and the law's own words."""

import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from defection import dated_shares, equations, rules
from defection.measures import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.parameters import PARAMETERS
from defection.policies import POLICIES
from defection.state import settings_row
from defection.views.app import words
from defection.views.app.believed import Believed
from defection.views.app.policy_view import adjusted, in_numbers

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


def _expected(model: DefectionModel, week: int, province: int) -> list[tuple[float, ...]]:
    """Return of each category in a week its ability, motivation, utility and cut-off."""
    country, in_force = model.country, settings_in(model, week, province)
    year = week // WEEKS_PER_YEAR
    famine = model.famines[int(in_force[0]["famine_row"])][year]
    border = rules.border_weight(in_force, 0, *model.border_weights[:, province].tolist())
    at_border = country.border_ability * border, country.border_motivation * border
    return [
        rules.expect(
            in_force, 0, float(country.trait_ability[c]) + at_border[0],
            float(country.trait_motivation[c]) + at_border[1], country.economy_ability,
            country.economy_motivation, model.growth_percent[year], famine,
        )
        for c in range(len(country.traits))
    ]  # fmt: skip


def readiest(model: DefectionModel, week: int, province: int) -> Data:
    """Return the category of a province that leaves most readily in a week: traits and cut-off."""
    cutoffs = [terms[3] for terms in _expected(model, week, province)]
    best = int(np.argmax(cutoffs))
    return {"traits": ", ".join(model.country.traits[best]), "cutoff": cutoffs[best]}


def _motivation(model: DefectionModel, week: int, province: int) -> float:
    """Return how motivated the people of a province were on average in a week."""
    size, extent = len(model.country.traits), model.parameters.dated_shares
    edges = dated_shares.edges_of(model.country, week // WEEKS_PER_YEAR, extent)
    shares = [dated_shares.share(edges, province * size + c) for c in range(size)]
    mean = np.average([terms[1] for terms in _expected(model, week, province)], weights=shares)
    return float(mean)


def week_steps(model: DefectionModel, province: int) -> Data:
    """Return the five steps of the latest week in a province; none before the first week.

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
    believed = Believed.from_week(model, p, week, province)
    said["circles"] = len(believed.names)
    said["steps"] = [
        _decide(readiest(model, week, province), believed, flows, people),
        _repress(before, flows),
        _hear(p, flows, _passed(model, p, week, province)),
        _learn(p, before, after, _news(model, p, week, province), len(believed.names)),
        _adjust(model, week, province, before, after, flows),
    ]
    if _changes_next(model, week, province):
        said["note"] = (
            "From the coming week an intervention holds here: it moves the last numbers too."
        )
    return said


def _changes_next(model: DefectionModel, week: int, province: int) -> bool:
    """Return whether an intervention changes something here after a week."""
    changes = model.changes
    return bool(((changes.weeks == week + 1) & (changes.provinces == province)).any())


def _step(name: str, rule: Callable[..., Any], laws: list[str], says: str, **numbers: Any) -> Data:
    return {"name": name, "rule": law(rule, 1), "law": laws, "says": says, **numbers}


def _mean(state: Data) -> float:
    return float(state["belief_alpha"] / (state["belief_alpha"] + state["belief_beta"]))


def _decide(ready: Data, believed: Believed, flows: Data, people: int) -> Data:
    chance = believed.chance(ready["cutoff"])
    several, ends = len(believed.names) > 1, "s" * (flows["attempts"] == 1)
    circles = f" on average ({believed.span()} in its {len(believed.names)} news circles)"
    says = (
        f"Of {people:,} people {flows['attempts']:,} attempt{ends} to leave. They believe that "
        f"{100 * believed.mean:.1f} % of attempts are stopped{circles * several}. Those who leave "
        f"most readily ({ready['traits']}) attempt with a chance of {words.chance_words(chance)}"
        f"{', the mean of the circles' * several}."
    )
    laws = [law(equations.cutoff), law(equations.defection_probability)]
    laws.append(law(equations.drawn_attempts))
    return _step(
        "Decide", rules.decide, laws, says, people=people, attempts=flows["attempts"],
        cutoff=ready["cutoff"], **believed.curves(),
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


def _passed(model: DefectionModel, p: Any, week: int, province: int) -> int | None:
    """Return how many of the known attempts became known in the whole province; None if it is one.

    In each of J circles are known its own and those of the others that were passed on: all together
    are known + (J - 1) passed.
    """
    circles = model.circles
    if circles is None or int(p["hearing"]) == rules.NATIONWIDE:
        return None
    count = circles.edges.shape[1] - 1
    heard = circles.heard_attempts[week, province * count : (province + 1) * count].sum()
    known = model.history.flows["known_attempts"][week, province]
    return int((heard - known) // max(1, count - 1))


def _hear(p: Any, flows: Data, passed: int | None) -> Data:
    known, failures = flows["known_attempts"], flows["known_stopped"]
    more = bool(p["second_attempts_are_heard"]) or p["news_of_arrivals"] > 0
    beyond = " attempts, and of what people do who have crossed," if more else ""
    says = f"With K = {p['observation_probability']:g} {known:,} of {flows['attempts']:,}{beyond} "
    says += f"become known: {failures:,} stopped and {known - failures:,} successful."
    if not flows["attempts"] and not more:
        says = "There is nothing to hear of."
    elif known and passed is not None:
        says += f" Each is known in its own circle, and {passed:,} of them in the whole province."
    return _step(
        "Hear", rules.hear, [law(equations.become_known)], says,
        failures=failures, successes=known - failures, unknown=max(0, flows["attempts"] - known),
    )  # fmt: skip


def _news(model: DefectionModel, p: Any, week: int, province: int) -> tuple[int, int]:
    """Return how many known attempts are new here in a week, and how many are forgotten."""
    known, hearing, old = model.history.known[0], int(p["hearing"]), week - int(p["memory_weeks"])
    new, forgotten = (
        rules.heard(known, known, model.near, w, province, province, hearing) if w >= 0 else 0
        for w in (week, old)
    )
    return int(new), int(forgotten)


def _learn(p: Any, before: Data, after: Data, news: tuple[int, int], circles: int) -> Data:
    was, now = _mean(before), _mean(after)
    way = "does not change" if was == now else "rises" if now > was else "falls"
    says = f"{news[0]:,} known attempts are new here, and {news[1]:,} of H = "
    says += f"{int(p['memory_weeks']):,} weeks ago are forgotten"
    several = circles > 1
    says += ", by those who heard of them. On average over the circles the" * several
    says += f"{'' if several else '. The'} believed repression {way}: "
    says += f"{was:.4f}" + (f", then {now:.4f}." if was != now else ".")
    return _step(
        "Learn", rules.learn, [law(equations.belief_alpha), law(equations.belief_beta)], says,
        alpha=[before["belief_alpha"], after["belief_alpha"]],
        beta=[before["belief_beta"], after["belief_beta"]], mean=[was, now], news=list(news),
    )  # fmt: skip


def _adjust(
    model: DefectionModel, week: int, province: int, before: Data, after: Data, flows: Data
) -> Data:
    settings = settings_in(model, week, province)
    p = settings[0]
    policy = PARAMETERS["policy"].choices[int(p["policy"])]
    measure = PARAMETERS["tolerated_measure"].choices[int(p["tolerated_measure"])]
    was, now, number = before["repression"], after["repression"], flows[measure]
    by_rule, discontent, changes = now, 1.0, _changes_next(model, week, province)
    if changes or policy == "discontent":
        discontent = _motivation(model, week, province) / _motivation(model, 0, province)
    if changes:
        by_rule = adjusted(settings, before, after, flows, discontent)
    says = in_numbers(policy, p, was, by_rule, flows, measure, discontent)
    if by_rule != now:
        says += f" An intervention then puts {now:.4f} in force."
    module = importlib.import_module(POLICIES[policy])
    about = (module.__doc__ or "").split("\n")[0]
    return _step(
        "Adjust", rules.adjust, [about, law(module.repression)], says, repression=[was, now],
        measure=measure, number=number, tolerated=int(p["tolerated_attempts"]),
    )  # fmt: skip

"""What one province and one category do in a week, each rule once and compiled.

Agents call these rules for their own row, and ``week.simulate`` loops over them in the order of
``DefectionModel.step``. ``provinces`` are rows of :data:`defection.state.PROVINCE`, ``in_force``
rows of :data:`defection.state.SETTINGS`, both [P]; ``here`` is the position of the province that
acts. Where a rule takes ``rows`` and ``at``, ``rows[at]`` is the province's own row or that of one
of its news circles. Change a rule here and both engines follow.
"""

from __future__ import annotations

import numpy as np

from defection import equations
from defection.compiled import compiled, inlined
from defection.parameters import PARAMETERS
from defection.policies import switch

BY_PROVINCE = PARAMETERS["border_measure"].choices.index("by_province")
NATIONWIDE, NEIGHBOURS = (
    PARAMETERS["hearing"].choices.index(name) for name in ("nationwide", "neighbours")
)


@compiled
def begin(provinces: np.ndarray, in_force: np.ndarray, here: int) -> None:
    """Put the first repression and the prior belief in force."""
    provinces[here].repression = in_force[here].initial_repression
    believe(provinces, here, in_force, here)


@inlined
def border_weight(in_force: np.ndarray, here: int, dummy: float, by_province: float) -> float:
    """Return what the border weighs for people of whom both the dummy and the weight are known."""
    p = in_force[here]
    return p.border_scale * (by_province if p.border_measure == BY_PROVINCE else dummy)


@compiled
def expect(
    in_force: np.ndarray,
    here: int,
    ability_impact: float,
    motivation_impact: float,
    economy_ability: float,
    economy_motivation: float,
    growth_percent: float,
    famine: float,
    pull: float = 0.0,
) -> tuple[float, float, float, float]:
    """Return a category's ability, motivation, utility of leaving and cut-off in a year.

    ``pull`` are log odds added to ability where a rescue was heard of (``journey.pull``).
    """
    p = in_force[here]
    effect, economy = p.demographic_effect, growth_percent * p.economy_scale
    alone = p.economy_ability_effect * growth_percent - p.broker_fee_effect * p.broker_fee + pull
    ability = equations.ability(effect, ability_impact, economy_ability, economy, alone)
    alone = p.economy_motivation_effect * growth_percent
    motivation = equations.motivation(
        effect, motivation_impact, economy_motivation, economy, p.famine_effect, famine, alone
    )
    utility = equations.utility(p.utility_intercept, p.utility_slope, motivation, ability)
    return ability, motivation, utility, equations.cutoff(utility, p.loss_if_stopped)


@compiled
def decide(uniform: float, head_count: int, cutoff: float, alpha: float, beta: float) -> int:
    """Return how many of a category attempt to leave: those whose belief is below the cut-off."""
    return equations.attempts(uniform, head_count, cutoff, alpha, beta)


@compiled
def probability_bound(cutoff: float, alpha: float, beta: float) -> float:
    """Return a number that the probability of an attempt does not exceed."""
    return equations.probability_bound(cutoff, alpha, beta)


@inlined
def repress(rows: np.ndarray, at: int, uniform: float) -> None:
    """Stop each of the week's attempts with the probability ``repression``."""
    row = rows[at]
    row.stopped = equations.stopped(uniform, row.attempts, row.repression)
    row.successes = row.attempts - row.stopped


@inlined
def hear(
    rows: np.ndarray,
    at: int,
    in_force: np.ndarray,
    here: int,
    uniform_stopped: float,
    uniform_successes: float,
) -> None:
    """Let each of the week's attempts become known with the probability K."""
    row, known = rows[at], in_force[here].observation_probability
    row.known_stopped = equations.become_known(uniform_stopped, row.stopped, known)
    row.known_attempts = row.known_stopped + equations.become_known(
        uniform_successes, row.successes, known
    )


@inlined
def hear_news(
    rows: np.ndarray,
    at: int,
    provinces: np.ndarray,
    in_force: np.ndarray,
    here: int,
    share: float,
    uniform_stopped: float,
    uniform_successes: float,
) -> int:
    """Let what is expected of people who have crossed become known, each with the probability K.

    ``share`` of the province's news reaches the row's people; it counts as known attempts.
    Returns how many successes of them became known.
    """
    row, known = rows[at], in_force[here].observation_probability
    stopped = share * provinces[here].news_stopped
    successes = share * provinces[here].news_successes
    news = equations.expected_become_known(uniform_stopped, stopped, known)
    went_well = equations.expected_become_known(uniform_successes, successes, known)
    row.known_stopped += news
    row.known_attempts += news + went_well
    return went_well


@inlined
def pass_on(
    rows: np.ndarray,
    at: int,
    in_force: np.ndarray,
    here: int,
    uniform_stopped: float,
    uniform_successes: float,
) -> None:
    """Let a share of what became known in a circle become known in the whole province."""
    row, share = rows[at], in_force[here].news_between_circles
    row.passed_stopped = equations.become_known(uniform_stopped, row.known_stopped, share)
    row.passed_attempts = row.passed_stopped + equations.become_known(
        uniform_successes, row.known_attempts - row.known_stopped, share
    )


@inlined
def average(
    provinces: np.ndarray, here: int, rows: np.ndarray, edges: np.ndarray, count: int
) -> None:
    """Set a province's belief to the mean of its circles' α and β, by their people.

    ``edges`` [P, J + 1] are the shares of the province's people in the circles before each.
    """
    province = provinces[here]
    province.belief_alpha, province.belief_beta = 0.0, 0.0
    for circle in range(count):
        share = edges[here, circle + 1] - edges[here, circle]
        province.belief_alpha += share * rows[here * count + circle].belief_alpha
        province.belief_beta += share * rows[here * count + circle].belief_beta


@inlined
def hears_of_other_provinces(hearing: int) -> bool:
    """Return whether attempts in other provinces may become known too."""
    return hearing in (NATIONWIDE, NEIGHBOURS)


@inlined
def heard(
    own: np.ndarray,
    known: np.ndarray,
    near: np.ndarray,
    week: int,
    at: int,
    here: int,
    hearing: int,
) -> int:
    """Return how many of the events that became known in a week reach the citizens of ``at``.

    ``own`` [weeks, rows] counts those that reach them from their own province or circle, ``known``
    [weeks, P] all by the province in which they happened; ``near`` [P, P] says which provinces are
    neighbours, or the same.
    """
    total = 0
    if hears_of_other_provinces(hearing):
        for province in range(known.shape[1]):
            if hearing == NATIONWIDE or near[here, province]:
                total += known[week, province]
    else:
        total += own[week, at]
    return total


@inlined
def learn(
    rows: np.ndarray,
    at: int,
    in_force: np.ndarray,
    here: int,
    own_attempts: np.ndarray,
    own_stopped: np.ndarray,
    known_attempts: np.ndarray,
    known_stopped: np.ndarray,
    near: np.ndarray,
    week: int,
) -> None:
    """Remember what was heard this week, forget what is older than H weeks, and update the belief.

    The arrays are those that :func:`heard` takes; a province's own are what became known in it.
    """
    row, p = rows[at], in_force[here]
    where = p.hearing
    row.remembered_attempts += heard(own_attempts, known_attempts, near, week, at, here, where)
    row.remembered_stopped += heard(own_stopped, known_stopped, near, week, at, here, where)
    if week >= p.memory_weeks:
        old = week - p.memory_weeks
        row.remembered_attempts -= heard(own_attempts, known_attempts, near, old, at, here, where)
        row.remembered_stopped -= heard(own_stopped, known_stopped, near, old, at, here, where)
    believe(rows, at, in_force, here)


@inlined
def believe(rows: np.ndarray, at: int, in_force: np.ndarray, here: int) -> None:
    """Set the belief in force in the coming week from the prior and what is remembered."""
    row, p = rows[at], in_force[here]
    attempts, stopped = row.remembered_attempts, row.remembered_stopped
    row.belief_alpha = equations.belief_alpha(p.prior_alpha, stopped)
    row.belief_beta = equations.belief_beta(p.prior_beta, attempts, stopped)


@inlined
def note_discontent(provinces: np.ndarray, here: int, motivation: float) -> None:
    """Note the mean motivation of a province's people against that of the first week."""
    province = provinces[here]
    if province.first_motivation == 0.0:
        province.first_motivation = motivation
    ratio = motivation / province.first_motivation if province.first_motivation > 0.0 else 1.0
    province.discontent = ratio


@inlined
def adjust(provinces: np.ndarray, in_force: np.ndarray, here: int) -> None:
    """Set the repression in force in the coming week by the policy of the state."""
    province, p = provinces[here], in_force[here]
    province.repression = switch.repression(p.policy, province, p)


@compiled
def change(
    rows: np.ndarray,
    at: int,
    in_force: np.ndarray,
    here: int,
    resets: bool,
    own_attempts: np.ndarray,
    own_stopped: np.ndarray,
    known_attempts: np.ndarray,
    known_stopped: np.ndarray,
    near: np.ndarray,
    week: int,
) -> None:
    """Put changed parameters in force from the coming ``week`` on.

    What is remembered is counted anew by the memory and the hearing that now hold; ``resets`` puts
    the first repression in force again.
    """
    row, p = rows[at], in_force[here]
    row.remembered_attempts, row.remembered_stopped = 0, 0
    where = p.hearing
    for past in range(max(0, week - p.memory_weeks), week):
        row.remembered_attempts += heard(own_attempts, known_attempts, near, past, at, here, where)
        row.remembered_stopped += heard(own_stopped, known_stopped, near, past, at, here, where)
    believe(rows, at, in_force, here)
    if resets:
        row.repression = p.initial_repression

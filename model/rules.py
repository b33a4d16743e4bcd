"""What one province and one category do in a week, each rule once and compiled.

Agents call these rules for their own row, and ``week.simulate`` loops over them in the order of
``DefectionModel.step``. ``provinces`` are rows of :data:`defection.state.PROVINCE`, ``in_force``
rows of :data:`defection.state.SETTINGS`, both [P]; ``here`` is the position of the province that
acts. Change a rule here and both engines follow.
"""

from __future__ import annotations

import numpy as np

from defection import equations
from defection.compiled import compiled, inlined
from defection.hypergeometric import hypergeometric_quantile
from defection.parameters import PARAMETERS
from defection.policies import switch

NATIONWIDE = PARAMETERS["hearing"].choices.index("nationwide")


@compiled
def begin(provinces: np.ndarray, in_force: np.ndarray, here: int) -> None:
    """Put the first repression and the prior belief in force."""
    provinces[here].repression = in_force[here].initial_repression
    believe(provinces, in_force, here)


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
) -> tuple[float, float, float, float]:
    """Return a category's ability, motivation, utility of leaving and cut-off in a year."""
    p = in_force[here]
    effect, economy = p.demographic_effect, growth_percent * p.economy_scale
    ability = equations.ability(effect, ability_impact, economy_ability, economy)
    motivation = equations.motivation(
        effect, motivation_impact, economy_motivation, economy, p.famine_effect, famine
    )
    utility = equations.utility(p.utility_intercept, p.utility_slope, motivation, ability)
    return ability, motivation, utility, equations.cutoff(utility)


@compiled
def decide(uniform: float, head_count: int, cutoff: float, alpha: float, beta: float) -> int:
    """Return how many of a category attempt to leave: those whose belief is below the cut-off."""
    return equations.attempts(uniform, head_count, cutoff, alpha, beta)


@compiled
def probability_bound(cutoff: float, alpha: float, beta: float) -> float:
    """Return a number that the probability of an attempt does not exceed."""
    return equations.probability_bound(cutoff, alpha, beta)


@inlined
def repress(provinces: np.ndarray, here: int, uniform: float) -> None:
    """Stop each of the week's attempts with the probability ``repression``."""
    province = provinces[here]
    province.stopped = equations.stopped(uniform, province.attempts, province.repression)
    province.successes = province.attempts - province.stopped


@compiled
def crossed(uniform: float, mine: int, attempts: int, free: int) -> int:
    """Return how many of a category's attempts are among the ``free`` of so many ``attempts``.

    The stopped are shared out among a province's categories one after the other, each attempt
    alike; ``attempts`` and ``free`` are of the categories that are left.
    """
    if mine == 0 or free == 0:
        return 0
    return mine - hypergeometric_quantile(uniform, attempts, mine, attempts - free)


@inlined
def hear(
    provinces: np.ndarray,
    in_force: np.ndarray,
    here: int,
    uniform_stopped: float,
    uniform_successes: float,
) -> None:
    """Let each of the week's attempts become known with the probability K."""
    province, known = provinces[here], in_force[here].observation_probability
    province.known_stopped = equations.become_known(uniform_stopped, province.stopped, known)
    province.known_attempts = province.known_stopped + equations.become_known(
        uniform_successes, province.successes, known
    )


@inlined
def heard(known: np.ndarray, week: int, here: int, hearing: int) -> int:
    """Return how many of the events that became known in a week reach the citizens of ``here``.

    ``known`` [weeks, P] counts them by the province in which they happened.
    """
    total = 0
    if hearing == NATIONWIDE:
        for province in range(known.shape[1]):
            total += known[week, province]
    else:
        total += known[week, here]
    return total


@inlined
def learn(
    provinces: np.ndarray,
    in_force: np.ndarray,
    here: int,
    known_attempts: np.ndarray,
    known_stopped: np.ndarray,
    week: int,
) -> None:
    """Remember what was heard this week, forget what is older than H weeks, and update the belief.

    ``known_attempts`` and ``known_stopped`` [weeks, P] are what became known in every province.
    """
    province, p = provinces[here], in_force[here]
    province.remembered_attempts += heard(known_attempts, week, here, p.hearing)
    province.remembered_stopped += heard(known_stopped, week, here, p.hearing)
    if week >= p.memory_weeks:
        old = week - p.memory_weeks
        province.remembered_attempts -= heard(known_attempts, old, here, p.hearing)
        province.remembered_stopped -= heard(known_stopped, old, here, p.hearing)
    believe(provinces, in_force, here)


@inlined
def believe(provinces: np.ndarray, in_force: np.ndarray, here: int) -> None:
    """Set the belief in force in the coming week from the prior and what is remembered."""
    province, p = provinces[here], in_force[here]
    attempts, stopped = province.remembered_attempts, province.remembered_stopped
    province.belief_alpha = equations.belief_alpha(p.prior_alpha, stopped)
    province.belief_beta = equations.belief_beta(p.prior_beta, attempts, stopped)


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
    provinces: np.ndarray,
    in_force: np.ndarray,
    here: int,
    resets: bool,
    known_attempts: np.ndarray,
    known_stopped: np.ndarray,
    week: int,
) -> None:
    """Put changed parameters in force from the coming ``week`` on.

    What is remembered is counted anew by the memory and the hearing that now hold; ``resets`` puts
    the first repression in force again.
    """
    province, p = provinces[here], in_force[here]
    province.remembered_attempts, province.remembered_stopped = 0, 0
    for past in range(max(0, week - p.memory_weeks), week):
        province.remembered_attempts += heard(known_attempts, past, here, p.hearing)
        province.remembered_stopped += heard(known_stopped, past, here, p.hearing)
    believe(provinces, in_force, here)
    if resets:
        province.repression = p.initial_repression

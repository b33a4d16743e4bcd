"""The same law as others would write it: rivals for timings, and independent judges in tests.

They share no equation with the package; they read only the country's data and the parameters. Their
random numbers are their own, so they agree with the package in distribution, not bit by bit. A test
says so.
"""

from __future__ import annotations

import mesa
import numpy as np
import scipy.special

from defection import Country, Parameters
from defection.country import WEEKS_PER_YEAR


def _logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def cutoffs(country: Country, p: Parameters) -> np.ndarray:
    """Return the cut-off of every category in every year, [Y, P, C]."""
    economy = country.growth_percent[:, None, None] * p.economy_scale
    famine = country.famine(p.famine_years)[:, None, None]
    s = p.demographic_effect
    ability = _logistic(s * (country.ability_impact + country.economy_ability * economy))
    motivation = _logistic(
        p.famine_effect * famine
        + s * (country.motivation_impact + country.economy_motivation * economy)
    )
    utility = _logistic(p.utility_intercept + p.utility_slope * motivation * ability)
    return utility / (1.0 + utility)


def numpy_loop(country: Country, p: Parameters, seed: int) -> dict[str, np.ndarray]:
    """Run the law with NumPy and ``betainc`` over whole arrays; returns weekly flows [weeks, P]."""
    rng = np.random.default_rng(seed)
    provinces, weeks = len(country.provinces), country.weeks
    cutoff = cutoffs(country, p)
    repression = np.full(provinces, p.initial_repression)
    flows = {
        name: np.zeros((weeks, provinces), np.int64)
        for name in ("attempts", "stopped", "known_attempts", "known_stopped")
    }
    flows["repression"] = np.zeros((weeks + 1, provinces))
    flows["repression"][0] = repression
    remembered_attempts, remembered_stopped = np.zeros(provinces), np.zeros(provinces)
    for week in range(weeks):
        heads = country.weekly_population[week] * country.shares
        known = (
            (remembered_attempts.sum(), remembered_stopped.sum())
            if p.hearing == "nationwide"
            else (remembered_attempts, remembered_stopped)
        )
        alpha = np.broadcast_to(p.prior_alpha + known[1], provinces)[:, None]
        beta = np.broadcast_to(p.prior_beta + known[0] - known[1], provinces)[:, None]
        probability = scipy.special.betainc(alpha, beta, cutoff[week // WEEKS_PER_YEAR])
        attempts = rng.binomial(np.round(heads).astype(np.int64), probability).sum(axis=1)
        stopped = rng.binomial(attempts, repression)
        known_stopped = rng.binomial(stopped, p.observation_probability)
        known_attempts = known_stopped + rng.binomial(attempts - stopped, p.observation_probability)
        for name, value in (
            ("attempts", attempts),
            ("stopped", stopped),
            ("known_attempts", known_attempts),
            ("known_stopped", known_stopped),
        ):
            flows[name][week] = value
        remembered_attempts += known_attempts
        remembered_stopped += known_stopped
        if week >= p.memory_weeks:
            remembered_attempts -= flows["known_attempts"][week - p.memory_weeks]
            remembered_stopped -= flows["known_stopped"][week - p.memory_weeks]
        observed = {"attempts": attempts, "stopped": stopped, "successes": attempts - stopped}[
            p.tolerated_measure
        ]
        step = np.where(
            observed > p.tolerated_attempts, 1 + p.adjustment_rate, 1 - p.adjustment_rate
        )
        repression = np.minimum(1.0, repression * step)
        flows["repression"][week + 1] = repression
        if attempts.sum() > p.stop_threshold:
            break
    flows["weeks_run"] = np.array(week + 1)
    return flows


class PlainProvince(mesa.Agent):
    """A province as a modeller would write it."""

    def __init__(self, model, name):
        super().__init__(model)
        self.name = name
        self.repression = model.p.initial_repression
        self.history = []
        self.attempts = self.stopped = 0

    def known(self, which):
        """Return the sum of what was heard in the last H weeks."""
        return sum(week[which] for week in self.history[-self.model.p.memory_weeks :])

    def step(self):
        """Stop, let know and adjust."""
        p, rng = self.model.p, self.model.rng
        self.stopped = rng.binomial(self.attempts, self.repression)
        known_stopped = rng.binomial(self.stopped, p.observation_probability)
        known_successes = rng.binomial(self.attempts - self.stopped, p.observation_probability)
        self.history.append((known_stopped + known_successes, known_stopped))
        if self.attempts > p.tolerated_attempts:
            self.repression = min(1.0, self.repression * (1 + p.adjustment_rate))
        else:
            self.repression *= 1 - p.adjustment_rate
        self.model.total_attempts += self.attempts
        self.model.total_stopped += self.stopped
        self.attempts = 0


class PlainCategory(mesa.Agent):
    """A category of citizens as a modeller would write it."""

    def __init__(self, model, province, share, cutoffs):
        super().__init__(model)
        self.province, self.share, self.cutoffs = province, share, cutoffs
        self.attempts = 0

    def step(self):
        """Decide with the exact probability."""
        model = self.model
        probability = scipy.special.betainc(
            self.province.alpha, self.province.beta, self.cutoffs[model.week // WEEKS_PER_YEAR]
        )
        heads = round(model.country.weekly_population[model.week] * self.share)
        self.attempts = model.rng.binomial(heads, probability)
        self.province.attempts += self.attempts


class PlainMesa(mesa.Model):
    """Plain Mesa: an object and a scalar ``betainc`` for each category, and ``agent_reporters``.

    Citizens hear of their own province only.
    """

    def __init__(self, country, p, seed):
        super().__init__(rng=seed)
        self.country, self.p, self.week = country, p, 0
        self.total_attempts = self.total_stopped = 0
        self.plain_provinces = [PlainProvince(self, name) for name in country.provinces]
        cutoff = cutoffs(country, p)
        for i, province in enumerate(self.plain_provinces):
            for c in range(len(country.traits)):
                PlainCategory(self, province, country.shares[i, c], cutoff[:, i, c])
        self.datacollector = mesa.DataCollector(
            model_reporters={"attempts": "total_attempts", "stopped": "total_stopped"},
            agent_reporters={"attempts": "attempts"},
        )

    def step(self):
        """Let everyone act, and collect."""
        self.total_attempts = self.total_stopped = 0
        for province in self.plain_provinces:
            province.alpha = self.p.prior_alpha + province.known(1)
            province.beta = self.p.prior_beta + province.known(0) - province.known(1)
        self.agents_by_type[PlainCategory].do("step")
        self.agents_by_type[PlainProvince].do("step")
        self.datacollector.collect(self)
        self.week += 1
        self.running = (
            self.week < self.country.weeks and self.total_attempts <= self.p.stop_threshold
        )


def plain_mesa(country: Country, p: Parameters, seed: int) -> PlainMesa:
    """Run plain Mesa to its end."""
    model = PlainMesa(country, p, seed)
    while model.running:
        model.step()
    return model

"""The model written again from the ODD description, with NumPy and SciPy only: the same counts in every week and province.

It shares nothing with the package but the CSV files and the values of the parameters.
"""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest
import scipy.special
import scipy.stats

from defection import DefectionModel, Parameters
from tests.baseline import baseline
from tests.conftest import BURSTING, ROOT

DATA = ROOT / "model" / "data" / "north_korea"
LANES = 24


def rows(name):
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shares(provinces, composition):
    """ODD 5 and 6: shares of categories, traits independent inside a province."""
    dimensions: dict[str, list[str]] = {}
    for row in composition:
        values = dimensions.setdefault(row["dimension"], [])
        if row["value"] not in values:
            values.append(row["value"])
    population = np.array([int(row["population"]) for row in provinces])

    def part(province, dimension):
        own = [r for r in composition if r["dimension"] == dimension and r["province"] == province]
        own = own or [r for r in composition if r["dimension"] == dimension and not r["province"]]
        people = {r["value"]: float(r["count"] or r["share"]) for r in own}
        return {value: number / sum(people.values()) for value, number in people.items()}

    traits = list(itertools.product(*dimensions.values()))
    table = np.array([
        [people / population.sum() * np.prod([part(row["province"], d)[v] for d, v in zip(dimensions, values, strict=True)]) for values in traits]
        for people, row in zip(population, provinces, strict=True)
    ])  # fmt: skip
    return dimensions, traits, table / table.sum()


class Uniforms:
    """ODD 4.9: one purpose's stream, 24 lanes of SFC64 read in turn, every week from the first."""

    def __init__(self, seed, key):
        words = (
            np.random.SeedSequence(seed, spawn_key=(key,))
            .generate_state(3 * LANES, np.uint64)
            .reshape(LANES, 3)
        )
        self.a, self.b, self.c = words.T.copy()
        self.counter = np.ones(LANES, np.uint64)
        for _ in range(12):
            self.block()

    def block(self):
        """Return the next number of each lane."""
        raw = self.a + self.b + self.counter
        self.a, self.b, self.c, self.counter = (
            self.b ^ (self.b >> np.uint64(11)),
            self.c + (self.c << np.uint64(3)),
            ((self.c << np.uint64(24)) | (self.c >> np.uint64(40))) + raw,
            self.counter + np.uint64(1),
        )
        return (raw >> np.uint64(11)) * 2.0**-53

    def week(self, size):
        """Return the numbers of one week."""
        return np.concatenate([self.block() for _ in range(-(-size // LANES))])[:size]


def inverse(u, n, p):
    return np.maximum(0, np.nan_to_num(scipy.stats.binom.ppf(u, n, p))).astype(int)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def replicate(seed, p):
    """Run North Korea from the text and return attempts, stopped and known attempts, [weeks, provinces]."""
    provinces, years = rows("provinces.csv"), rows("years.csv")
    impacts = {
        (r["dimension"], r["value"]): (float(r["ability"]), float(r["motivation"]))
        for r in rows("impacts.csv")
    }
    dimensions, traits, share = shares(provinces, rows("composition.csv"))
    cumulative = np.concatenate([[0], np.cumsum(share.ravel())])
    cumulative[-1] = 1
    border = np.array([float(row["border"]) for row in provinces])[:, None]
    impact = [
        np.array(
            [
                sum(impacts.get(pair, (0, 0))[k] for pair in zip(dimensions, values, strict=True))
                for values in traits
            ]
        )
        for k in (0, 1)
    ]
    famine = next((int(r["first_year"]), int(r["last_year"])) for r in rows("famine.csv"))
    lucks = [Uniforms(seed, key) for key in range(4)]
    repression = np.full(len(provinces), p.initial_repression)
    memory, simulated = [], []
    for t in range(52 * (len(years) - 1)):
        y = t // 52
        start, end = int(years[y]["population"]), int(years[y + 1]["population"])
        heads = np.diff(
            np.floor(
                np.floor(start + (t / 52 - y) * (end - start) + 0.5) * cumulative + 0.5
            ).astype(int)
        )
        economy = p.economy_scale * float(years[y]["growth_percent"])
        hunger = float(famine[0] <= int(years[y]["year"]) <= famine[1])
        s = p.demographic_effect
        ability = logistic(
            s
            * (
                impact[0]
                + impacts["province", "border"][0] * border
                + impacts["country", "economy"][0] * economy
            )
        )
        motivation = logistic(
            p.famine_effect * hunger
            + s * (impact[1] + 0 * border + impacts["country", "economy"][1] * economy)
        )
        utility = logistic(p.utility_intercept + p.utility_slope * motivation * ability)
        remembered = memory[-p.memory_weeks :]
        stopped_known = sum((week[0] for week in remembered), np.zeros(len(provinces)))
        successes_known = sum((week[1] for week in remembered), np.zeros(len(provinces)))
        alpha, beta = (
            (p.prior_alpha + stopped_known)[:, None],
            (p.prior_beta + successes_known)[:, None],
        )
        probability = scipy.special.betainc(alpha, beta, utility / (1 + utility)).ravel()
        u = lucks[0].week(probability.size)
        leaving = np.zeros(probability.size, int)
        who = np.flatnonzero(
            u > 1 - heads * probability - 1e-9
        )  # the others attempt nothing, since (1 - p)^n >= 1 - n p
        leaving[who] = inverse(u[who], heads[who], probability[who])
        attempts = leaving.reshape(share.shape).sum(axis=1)
        stopped = inverse(lucks[1].week(len(provinces)), attempts, repression)
        known_stopped = inverse(lucks[2].week(len(provinces)), stopped, p.observation_probability)
        known_successes = inverse(
            lucks[3].week(len(provinces)), attempts - stopped, p.observation_probability
        )
        memory.append((known_stopped, known_successes))
        simulated.append((attempts, stopped, known_stopped + known_successes))
        more = np.minimum(1, repression * (1 + p.adjustment_rate))
        repression = np.where(
            attempts > p.tolerated_attempts, more, repression * (1 - p.adjustment_rate)
        )
        if attempts.sum() > p.stop_threshold:
            break
    return np.array(simulated).swapaxes(0, 1)


@pytest.mark.parametrize(
    "changes",
    [{}, {**BURSTING, "famine_effect": 1.2, "tolerated_attempts": 20, "memory_weeks": 200}],
)
def test_the_model_written_again_from_its_description_gives_the_same_counts(changes, seed):
    attempts, stopped, known = replicate(seed, Parameters(**changes))
    weekly = DefectionModel(seed=seed, **baseline(**changes)).run().weekly()
    for expected, name in ((attempts, "attempts"), (stopped, "stopped"), (known, "known_attempts")):
        assert (weekly[name].to_numpy().reshape(-1, 10) == expected).all()
    assert attempts.sum() > 1000

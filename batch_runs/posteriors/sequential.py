"""The sequential posterior of one record, from particles to weighed draws."""

from __future__ import annotations

import dataclasses

import numpy as np

from defection.batch_runs.posteriors.observation import NegativeBinomial
from defection.batch_runs.posteriors.pairs import Pairs, Simulate
from defection.batch_runs.posteriors.particles import Particles, closing_in, settled
from defection.batch_runs.posteriors.rounds import Round, train_in_rounds
from defection.batch_runs.posteriors.weighing import Weighed, weighed


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """How much is done for a record."""

    particles: int = 400
    moves: int = 6
    survive: float = 0.4
    """As for :func:`defection.batch_runs.posteriors.particles.closing_in`."""
    within: float = 20.0
    """Log likelihood below the best within which runs are near, for particles and rounds."""
    rounds: int = 1
    """Rounds after the one that learns from the particles."""
    per_round: int = 3000
    draws: int = 4000
    """Draws of the last posterior that are run once more and weighed."""
    flow: str = "mdn"
    epochs: int = 100


@dataclasses.dataclass(frozen=True)
class Answer:
    """The posterior of one record."""

    weighed: Weighed
    settled: Particles
    """The cross-check from the same near particles, without a network."""
    rounds: tuple[Round, ...]
    runs: int
    """Runs that it took, but for those of the whole space."""


def sequential(
    pairs: Pairs, record: np.ndarray, simulate: Simulate, settings: Settings, *, observation: NegativeBinomial, seed: int
) -> Answer:
    """Find where runs near a record lie, close in on it in rounds, and weigh the draws.

    Parameters
    ----------
    pairs : Pairs
        Usable runs from the whole space.
    record : array
        Counts, [years].
    simulate : function
        Runs points (``Simulate``), every call with other seeds.
    settings : Settings
        How much is done.
    observation : NegativeBinomial
        How counts scatter around a run.
    seed : int
        Of everything but the runs.
    """
    one, two, three, four = (int(part) // 2 for part in np.random.SeedSequence(seed).generate_state(4))
    near = closing_in(
        pairs,
        record,
        simulate,
        particles=settings.particles,
        survive=settings.survive,
        moves=settings.moves,
        within=settings.within,
        observation=observation,
        seed=one,
    )
    closed = train_in_rounds(
        near.pairs,
        record,
        simulate,
        rounds=settings.rounds,
        per_round=settings.per_round,
        within=settings.within,
        observation=observation,
        seed=two,
        flow=settings.flow,
        epochs=settings.epochs,
    )
    told = weighed(closed.posterior, record, simulate, settings.draws, observation=observation, seed=three)
    check = settled(near, record, simulate, particles=settings.particles, moves=2 * settings.moves, observation=observation, seed=four)
    runs = sum(level.runs for level in check.levels) + settings.rounds * settings.per_round + settings.draws
    return Answer(told, check, closed.told, runs)

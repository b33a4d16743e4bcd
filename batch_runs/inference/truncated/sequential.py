"""The sequential posterior of one record: a network learns in rounds, and its draws are weighed."""

from __future__ import annotations

import dataclasses

import numpy as np

from defection.batch_runs.inference.coordinates import Coordinates
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import Pairs, Simulate
from defection.batch_runs.inference.truncated.rounds import Round, train_in_rounds
from defection.batch_runs.inference.truncated.weighing import Weighed, weighed


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """How much is done for a record."""

    nearest: int = 2000
    """Runs from which the network learns at least."""
    rounds: int = 1
    """Rounds after the one that learns from the whole space."""
    per_round: int = 3000
    draws: int = 1000
    """Draws of the last network that are run once more and weighed."""
    flow: str = "mdn"
    epochs: int = 100


@dataclasses.dataclass(frozen=True)
class Answer:
    """The posterior of one record."""

    weighed: Weighed
    rounds: tuple[Round, ...]
    runs: int
    """Runs that it took, but for those of the whole space."""


def sequential(
    pairs: Pairs,
    record: np.ndarray,
    simulate: Simulate,
    settings: Settings,
    *,
    coordinates: Coordinates | None = None,
    observation: NegativeBinomial,
    seed: int,
) -> Answer:
    """Let a network close in on a record and weigh its draws.

    Parameters
    ----------
    pairs : Pairs
        Usable runs whose points were drawn evenly from the whole space.
    record : array
        Counts, [years].
    simulate : function
        Runs points (``Simulate``).
    settings : Settings
        How much is done.
    coordinates : Coordinates, optional
        In which the network works; log odds if left out.
    observation : NegativeBinomial
        How counts scatter around a run.
    seed : int
        Of everything.
    """
    one, two = (int(part) // 2 for part in np.random.SeedSequence(seed).generate_state(2))
    closed = train_in_rounds(
        pairs,
        record,
        simulate,
        rounds=settings.rounds,
        per_round=settings.per_round,
        nearest=settings.nearest,
        coordinates=coordinates,
        observation=observation,
        seed=one,
        flow=settings.flow,
        epochs=settings.epochs,
    )
    told = weighed(
        closed.posterior, record, simulate, settings.draws, observation=observation, seed=two
    )
    return Answer(told, closed.told, settings.rounds * settings.per_round + settings.draws)

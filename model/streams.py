"""Named random streams: one owner of chance, one stream per purpose.

Every purpose has its own child of the run's seed, so a new process never shifts another's draws, and two scenarios
with one seed share their luck: what differs between them is the effect of what was changed. A stream's numbers are
those of NumPy's ``SFC64``, in the order week by week and, within a week, in the country's order.
"""

from __future__ import annotations

import numbers
import re
from typing import Any

import numpy as np

from defection.compiled import compiled

UNIT = 2.0**-53
"""Uniform numbers are whole multiples of this."""

_1, _3, _11, _24, _40 = (np.uint64(n) for n in (1, 3, 11, 24, 40))

PURPOSES = ("decide", "repress", "hear_stopped", "hear_successes")
"""What chance is used for. New purposes go to the end: the position is the stream's key."""


class SeedError(ValueError):
    """A seed is not a whole number of at least 0."""


def checked_seed(seed: object = None, rng: object = None) -> int:
    """Return the whole number that seeds a run.

    ``seed`` may be a whole number, the same number as text, or None for a fresh one (as small as can be copied by
    hand). ``rng`` is Mesa's newer name for the same thing; a NumPy generator given there supplies the number.
    """
    if seed is not None and rng is not None:
        raise SeedError("give seed or rng, not both")
    given: Any = seed if seed is not None else rng
    if given is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(given, np.random.SeedSequence):
        given = np.random.default_rng(given)
    if isinstance(given, np.random.BitGenerator):
        given = np.random.Generator(given)
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**63))
    if isinstance(given, str) and re.fullmatch(r"\s*[0-9]+\s*", given):
        return int(given)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, numbers.Integral):
        raise SeedError(f"the seed must be a whole number, not {given!r}")
    if int(given) < 0:
        raise SeedError(f"the seed must be at least 0, not {given!r}")
    return int(given)


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator of one purpose of the run with this seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(PURPOSES.index(purpose),))
    return np.random.Generator(np.random.SFC64(sequence))


class Streams:
    """The streams of one run, by purpose: ``streams["decide"].random(720)``."""

    def __init__(self, seed: int) -> None:
        self._generators = {purpose: stream(seed, purpose) for purpose in PURPOSES}

    def __getitem__(self, purpose: str) -> np.random.Generator:
        return self._generators[purpose]


def start_states(seed: int) -> np.ndarray:
    """Return where NumPy starts the generator of each purpose, uint64 [purposes, 4], for :func:`next_raw`."""
    states = np.empty((len(PURPOSES), 4), np.uint64)
    for key in range(len(PURPOSES)):
        states[key, :3] = np.random.SeedSequence(seed, spawn_key=(key,)).generate_state(3, np.uint64)
    states[:, 3] = 1
    return states


@compiled
def next_raw(a: int, b: int, c: int, counter: int) -> tuple[int, int, int, int, int]:
    """Return the next 64 bits of SFC64 (C. Doty-Humphrey, *PractRand*), and the state after them."""
    raw = a + b + counter
    return raw, b ^ (b >> _11), c + (c << _3), ((c << _24) | (c >> _40)) + raw, counter + _1


@compiled
def warm_up(states: np.ndarray) -> None:
    """Throw away the first twelve numbers of each stream, as NumPy does."""
    for k in range(states.shape[0]):
        for _ in range(12):
            next_uniform(states, k)


@compiled
def next_uniform(states: np.ndarray, key: int) -> float:
    """Return the next uniform number in [0, 1) of stream ``key`` of ``states`` (uint64 [purposes, 4]), as ``Generator.random`` does."""
    raw, a, b, c, counter = next_raw(states[key, 0], states[key, 1], states[key, 2], states[key, 3])
    states[key, 0], states[key, 1], states[key, 2], states[key, 3] = a, b, c, counter
    return (raw >> _11) * UNIT

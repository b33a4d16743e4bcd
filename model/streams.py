"""Named random streams: one owner of chance, one stream per purpose.

Every purpose has its own child of the run's seed, so a new process never shifts another's draws,
and two scenarios with one seed share their uniform numbers: what differs between them is the effect
of what was changed. A stream consists of ``LANES`` generators, NumPy's SFC64, which are read in
turn: the i-th number of a week comes from lane i modulo LANES, and every week starts at the first
lane. (Lanes let a processor draw several numbers at once.) Within a week numbers are used in the
country's order.
"""

import numbers
import re
from typing import Any

import numpy as np

from defection.compiled import allocating, compiled, inlined

LANES = 24
"""Generators that make up one stream."""

STEPS = 5
"""Numbers that a lane draws in one go where there are so many; they are the same."""

EXACT = 2**53
"""From here on a float does not hold every whole number; seeds that are drawn lie below."""

UNIT = 2.0**-53
"""Uniform numbers are whole multiples of this."""

_0, _1, _3, _11, _24, _27, _30, _31, _32, _40 = (
    np.uint64(n) for n in (0, 1, 3, 11, 24, 27, 30, 31, 32, 40)
)
_16 = np.uint32(16)
_INIT_POOL, _MULTIPLY_POOL = np.uint32(0x43B0D7E5), np.uint32(0x931E8875)
_INIT_STATE, _MULTIPLY_STATE = np.uint32(0x8B51F9DD), np.uint32(0x58F38DED)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_MIX_LEFT, _MIX_RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)

PURPOSES = (
    "decide", "repress", "hear_stopped", "hear_successes", "cross", "pass_stopped",
    "pass_successes", "hear_news_stopped", "hear_news_successes", "hear_rescues",
)  # fmt: skip
"""What chance is used for. New purposes go to the end: the position is the stream's key.

Those of passing on are not drawn any more: news circles take hashes (``circle_draws``). Of
``cross`` only the first raw word of lane 0 is read (:func:`word_to_cross`).
"""

CROSS = PURPOSES.index("cross")


class SeedError(ValueError):
    """A seed is not a whole number of at least 0."""


def checked_seed(seed: object = None, rng: object = None) -> int:
    """Return the whole number that seeds a run.

    ``seed`` may be a whole number, the same number as text, or None for a fresh one (as small as
    can be copied by hand). ``rng`` is Mesa's newer name for the same thing. Of a NumPy generator
    its next number is taken. ``SeedError`` where there is no such whole number, or both are set.
    """
    if seed is not None and rng is not None:
        raise SeedError("give seed or rng, not both")
    number: Any = seed if seed is not None else rng
    if number is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(number, np.random.SeedSequence):
        number = np.random.default_rng(number)
    if isinstance(number, np.random.BitGenerator):
        number = np.random.Generator(number)
    if isinstance(number, np.random.Generator):
        return int(number.integers(EXACT))
    if isinstance(number, str) and re.fullmatch(r"\s*[+-]?[0-9]+\s*", number):
        number = int(number)
    if isinstance(number, float) and abs(number) >= EXACT:
        raise SeedError(
            f"the seed {number!r} went through a float, which holds no whole numbers above 2^53: "
            "it may be another than it was; give it as a whole number or as text"
        )
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, numbers.Integral):
        raise SeedError(f"the seed must be a whole number, not {number!r}")
    if int(number) < 0:
        raise SeedError(f"the seed must be at least 0, not {number!r}")
    return int(number)


def start_states(seed: int) -> np.ndarray:
    """Return where the lanes of every purpose start, uint64 [purposes, 4, LANES].

    A lane starts as NumPy's SFC64 does from the same words. The words of lane j are numbers
    3 j .. 3 j + 2 of ``SeedSequence(seed, spawn_key=(k,)).generate_state(3 * LANES, uint64)``, with
    k the position of the purpose.
    """
    length = max(4, -(-seed.bit_length() // 32))
    entropy = np.frombuffer(seed.to_bytes(4 * length, "little"), np.uint32)
    states = np.empty((len(PURPOSES), 4, LANES), np.uint64)
    _start(entropy, states)
    return states


@compiled
def fill(states: np.ndarray, key: int, uniforms: np.ndarray, shift: np.uint64 = _11) -> None:
    """Fill ``uniforms`` with the next whole numbers below 2^53 of one purpose's lanes in turn.

    ``uniforms`` is int64 and a multiple of LANES long; ``uniforms * UNIT`` is what NumPy's
    ``random()`` returns. SFC64 is C. Doty-Humphrey's *small fast counting* generator (PractRand).
    """
    blocks, mine = uniforms.size // LANES, states[key]
    together = blocks - blocks % STEPS
    for first in range(0, together, STEPS):  # a lane stays in registers for several numbers
        out = uniforms[first * LANES : (first + STEPS) * LANES]
        for lane in range(LANES):
            a, b, c, counter = mine[0, lane], mine[1, lane], mine[2, lane], mine[3, lane]
            for step in range(STEPS):
                raw = a + b + counter
                out[step * LANES + lane] = np.int64(raw >> shift)
                a = b ^ (b >> _11)
                b = c + (c << _3)
                c = ((c << _24) | (c >> _40)) + raw
                counter = counter + _1
            mine[0, lane], mine[1, lane], mine[2, lane], mine[3, lane] = a, b, c, counter
    for block in range(together, blocks):
        out = uniforms[block * LANES : (block + 1) * LANES]
        for lane in range(LANES):
            a, b, c, counter = mine[0, lane], mine[1, lane], mine[2, lane], mine[3, lane]
            raw = a + b + counter
            out[lane] = np.int64(raw >> shift)
            mine[0, lane], mine[1, lane] = b ^ (b >> _11), c + (c << _3)
            mine[2, lane], mine[3, lane] = ((c << _24) | (c >> _40)) + raw, counter + _1


@compiled
def fill_words(states: np.ndarray, key: int, words: np.ndarray) -> None:
    """Fill ``words``, uint64, with the next whole words of one purpose's lanes in turn."""
    fill(states, key, words.view(np.int64), _0)


@compiled
def word_to_cross(states: np.ndarray) -> np.uint64:
    """Return a run's word for crossings; its hashes are the words of weeks and provinces."""
    mine = states[CROSS, :, 0]
    return mine[0] + mine[1] + mine[3]


@compiled
def first_uniform(word: np.uint64) -> float:
    """Return a word's own uniform number, from 0 to below 1."""
    return np.int64(word >> _11) * UNIT


@inlined
def hashed_word(word: np.uint64, number: int) -> np.uint64:
    """Return one of a word's hashes (SplitMix64; D. Stafford's mix 13)."""
    mixed = word + _STEP * np.uint64(number)
    mixed = (mixed ^ (mixed >> _30)) * _MIX_1
    mixed = (mixed ^ (mixed >> _27)) * _MIX_2
    return mixed ^ (mixed >> _31)


@inlined
def hashed_uniform(word: np.uint64, number: int) -> float:
    """Return the uniform number of one of a word's hashes, from 0 to below 1."""
    return np.int64(hashed_word(word, number) >> _11) * UNIT


@compiled
def _hashed(
    value: np.uint32, constant: np.uint32, multiplier: np.uint32
) -> tuple[np.uint32, np.uint32]:
    """Return a hash of 32 bits, and the constant for the next one.

    It is ``hashmix`` of NumPy's SeedSequence.
    """
    following = np.uint32(constant * multiplier)
    product = np.uint32((value ^ constant) * following)
    return np.uint32(product ^ (product >> _16)), following


@compiled
def _mixed(x: np.uint32, y: np.uint32) -> np.uint32:
    """Return a mixture of two words of 32 bits (``mix`` of NumPy's SeedSequence)."""
    mixture = np.uint32(_MIX_LEFT * x - _MIX_RIGHT * y)
    return np.uint32(mixture ^ (mixture >> _16))


@allocating
def _start(entropy: np.ndarray, states: np.ndarray) -> None:
    """Start every purpose and lane as NumPy's SeedSequence and SFC64 do.

    SeedSequence is M. E. O'Neill's ``seed_seq_fe``. In Python this takes longer than a short run.
    """
    pool = np.empty(4, np.uint32)
    for key in range(states.shape[0]):
        constant = _INIT_POOL
        for i in range(4):
            pool[i], constant = _hashed(entropy[i], constant, _MULTIPLY_POOL)
        for source in range(4):
            for target in range(4):
                if source != target:
                    word, constant = _hashed(pool[source], constant, _MULTIPLY_POOL)
                    pool[target] = _mixed(pool[target], word)
        for i in range(4, entropy.size + 1):
            source_word = entropy[i] if i < entropy.size else np.uint32(key)
            for target in range(4):
                word, constant = _hashed(source_word, constant, _MULTIPLY_POOL)
                pool[target] = _mixed(pool[target], word)
        constant = _INIT_STATE
        for n in range(3 * LANES):
            low, constant = _hashed(pool[(2 * n) % 4], constant, _MULTIPLY_STATE)
            high, constant = _hashed(pool[(2 * n + 1) % 4], constant, _MULTIPLY_STATE)
            states[key, n % 3, n // 3] = np.uint64(low) | (np.uint64(high) << _32)
        states[key, 3, :] = _1
        fill(states, key, np.empty(12 * LANES, np.int64))  # thrown away, as NumPy does


@compiled
def lanes_for(size: int) -> int:
    """Return how many numbers are drawn where ``size`` are wanted: the next multiple of LANES."""
    return -(-size // LANES) * LANES


class Streams:
    """The streams of one run.

    ``streams.draw("decide", 720)`` returns the uniform numbers of one week.
    """

    def __init__(self, seed: int) -> None:
        self.states = start_states(seed)
        self.word = np.array([word_to_cross(self.states)], np.uint64)
        """By whose hashes the stopped are shared out (``sharing``)."""

    def draw(self, purpose: str, size: int) -> np.ndarray:
        """Return the next ``size`` uniform numbers in [0, 1) of one purpose.

        Each call starts at the first lane.
        """
        uniforms = np.empty(lanes_for(size), np.int64)
        fill(self.states, PURPOSES.index(purpose), uniforms)
        return uniforms[:size] * UNIT

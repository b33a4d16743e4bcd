"""Chance has one owner: seeds and named streams."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from defection.streams import (
    LANES,
    PURPOSES,
    SeedError,
    Streams,
    checked_seed,
    lanes_for,
    start_states,
)


@pytest.mark.parametrize(
    ("given", "number"),
    [(0, 0), ("7", 7), (" 7 ", 7), (np.int64(3), 3), (5.0, 5), (2**100, 2**100)],
)
def test_a_seed_may_be_a_number_or_the_same_number_as_text(given, number):
    assert checked_seed(given) == number
    assert checked_seed(rng=given) == number


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (-1, "at least 0"),
        (1.5, "whole number"),
        ("x", "whole number"),
        (True, "whole number"),
        ([1], "whole number"),
    ],
)
def test_what_is_not_a_seed_is_refused(given, words):
    with pytest.raises(SeedError, match=words):
        checked_seed(given)


def test_seed_and_rng_together_are_refused():
    with pytest.raises(SeedError, match="not both"):
        checked_seed(1, 2)


def test_a_generator_gives_the_same_seed_each_time_it_starts_anew():
    assert checked_seed(rng=np.random.default_rng(4)) == checked_seed(rng=np.random.default_rng(4))
    assert checked_seed(np.random.SeedSequence(4)) == checked_seed(np.random.SeedSequence(4))
    assert checked_seed(np.random.PCG64(4)) == checked_seed(np.random.PCG64(4))


def test_a_fresh_seed_differs_from_the_last_and_can_be_copied_by_hand():
    seeds = {checked_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert max(seeds) < 2**32


def test_purposes_have_streams_of_their_own():
    streams = Streams(1)
    first = {purpose: streams.draw(purpose, 1)[0] for purpose in PURPOSES}
    assert len(set(first.values())) == len(PURPOSES)
    others = Streams(1)
    others.draw("decide", 1000)
    assert others.draw("repress", 1)[0] == first["repress"]


class Words(np.random.bit_generator.ISeedSequence):
    """Hand NumPy's generator the words that it asks its seed for."""

    def __init__(self, words):
        self.words = words

    def generate_state(self, n_words, dtype=np.uint32):
        """Return the words."""
        assert (n_words, dtype) == (len(self.words), np.uint64)
        return self.words


def test_every_lane_is_numpys_sfc64():
    for purpose, child in zip(
        PURPOSES, np.random.SeedSequence(11).spawn(len(PURPOSES)), strict=True
    ):
        words = child.generate_state(3 * LANES, np.uint64).reshape(LANES, 3)
        lanes = [np.random.Generator(np.random.SFC64(Words(row))) for row in words]
        streams = Streams(11)
        for size in (LANES * 3, 10, 1):
            drawn = streams.draw(purpose, size)
            expected = np.stack(
                [lane.random(lanes_for(size) // LANES) for lane in lanes], axis=1
            ).ravel()[:size]
            assert drawn.tolist() == expected.tolist()


@given(st.one_of(st.integers(0, 2**40), st.integers(0, 2**64), st.integers(0, 2**300)))
def test_streams_start_where_numpys_seed_sequence_puts_them(number):
    states = start_states(number)
    for key in range(len(PURPOSES)):
        words = (
            np.random.SeedSequence(number, spawn_key=(key,))
            .generate_state(3 * LANES, np.uint64)
            .reshape(LANES, 3)
        )
        for lane in (0, 1, LANES - 1):
            expected = np.random.SFC64(Words(words[lane])).state["state"]["state"]
            assert states[key, :, lane].tolist() == expected.tolist()


def test_the_numbers_are_uniform_and_lanes_are_independent(seed):
    """Kolmogorov-Smirnov for all numbers; correlations of neighbouring lanes and weeks within 4.5 standard errors of nil."""
    streams = Streams(seed)
    weeks = np.array([streams.draw("decide", 10 * LANES) for _ in range(400)])
    assert scipy.stats.kstest(weeks.ravel(), "uniform").pvalue > 1e-4
    flat = weeks.ravel()
    for lag in (1, LANES, 10 * LANES):
        correlation = np.corrcoef(flat[:-lag], flat[lag:])[0, 1]
        assert abs(correlation) < 4.5 / np.sqrt(flat.size - lag)

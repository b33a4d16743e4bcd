"""Chance has one owner: seeds and named streams."""

from __future__ import annotations

import numpy as np
import pytest

from defection.streams import PURPOSES, SeedError, Streams, checked_seed


@pytest.mark.parametrize(("given", "number"), [(0, 0), ("7", 7), (" 7 ", 7), (np.int64(3), 3), (5.0, 5), (2**100, 2**100)])
def test_a_seed_may_be_a_number_or_the_same_number_as_text(given, number):
    assert checked_seed(given) == number
    assert checked_seed(rng=given) == number


@pytest.mark.parametrize(
    ("given", "words"), [(-1, "at least 0"), (1.5, "whole number"), ("x", "whole number"), (True, "whole number"), ([1], "whole number")]
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
    first = {purpose: streams[purpose].random() for purpose in PURPOSES}
    assert len(set(first.values())) == len(PURPOSES)
    others = Streams(1)
    others["decide"].random(1000)
    assert others["repress"].random() == first["repress"]


def test_streams_are_numpys_sfc64_with_the_purpose_as_spawn_key():
    for key, purpose in enumerate(PURPOSES):
        expected = np.random.Generator(np.random.SFC64(np.random.SeedSequence(11).spawn(len(PURPOSES))[key]))
        assert Streams(11)[purpose].random(3).tolist() == expected.random(3).tolist()

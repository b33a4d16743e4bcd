"""Sweeps and searches that are killed again and again end as those that nobody killed.

Few kills here; ``python -m tests.soaks`` kills a sweep of 20,000 runs fifty times.
"""

from __future__ import annotations

import pytest

from tests.soaks import killed


@pytest.mark.long
def test_a_sweep_killed_at_random_moments_ends_as_if_nobody_had(tmp_path):
    assert killed.sweep(tmp_path, points=120, kills=3).total() == 3


@pytest.mark.long
def test_a_search_killed_at_random_moments_finds_what_one_does_that_nobody_killed(tmp_path):
    assert killed.search(tmp_path, chains=100, kills=3).total() == 3


@pytest.mark.long
def test_a_cluster_whose_workers_and_schedulers_are_killed_ends_as_if_nobody_had(tmp_path):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    kills = killed.cluster(tmp_path, points=500, kills=2)
    assert kills == {"a worker": 2, "the scheduler": 2}

"""Steps of uniform numbers say what the scalar function says, or nothing."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from defection.arrays import LINE, STEPS, country_arrays, new_scratch
from defection.batch_runs import run_ensemble
from defection.country import WEEKS_PER_YEAR
from defection.distributions import binomial_quantile
from defection.streams import UNIT
from defection.thresholds import NO_STEP, fill_steps, head_limits
from tests.conftest import BURSTING


def steps(p, least, most):
    """Return the uniform numbers from which at least k, and below which at most k people leave."""
    at_least, at_most = np.full((2, STEPS), NO_STEP, np.int32)
    fill_steps(at_least, at_most, p, float(least), float(most))
    return at_least.astype(np.int64) << 23, at_most.astype(np.int64) << 23


@st.composite
def cases(draw):
    most = draw(st.integers(1, 200_000))
    least = draw(st.integers(max(0, int(0.97 * most) - 2), most))
    mean = draw(st.floats(1e-6, 63.9))
    return min(0.5, mean / most), least, most


@hypothesis.settings(max_examples=40)
@given(cases(), st.integers(0, 2**53 - 1))
def test_between_two_steps_the_scalar_function_says_k_for_every_head_count(case, uniform):
    p, least, most = case
    at_least, at_most = steps(p, least, most)
    edges = np.unique(np.concatenate([at_least, at_most]))
    edges = edges[edges < 2**53]
    for whole in [uniform, *edges.tolist(), *(edges[edges > 0] - 1).tolist()]:
        k = int((whole >= at_most).sum())
        if whole >= at_least[k]:
            for n in {least, (least + most) // 2, most}:
                assert binomial_quantile(whole * UNIT, n, p) == k, (whole, n)


@given(cases())
def test_steps_say_nearly_all_where_the_head_count_hardly_changes(case):
    p, _, most = case
    at_least, at_most = steps(p, most, most)
    set_here = at_most < NO_STEP << 23
    share = np.maximum(0, at_most - at_least)[set_here].sum() * UNIT
    # no step begins where less than about a thousandth of the numbers is left
    assert share > scipy.stats.binom.cdf(STEPS - 2, most, p) - 0.002


def test_a_place_that_is_not_set_says_nothing(seed):
    rng = np.random.default_rng(seed)
    for mean in rng.uniform(0, 63.9, 200):
        at_least, at_most = steps(mean / 20_000, 19_900, 20_000)
        assert at_least[-1] == at_most[-1] == NO_STEP << 23
        assert (at_least[at_most == NO_STEP << 23] == NO_STEP << 23).all()


@pytest.mark.parametrize("name", ["north_korea", "tiny"])
def test_no_weeks_head_count_leaves_the_years_limits(name, request):
    country = request.getfixturevalue(name)
    arrays, shares = country_arrays(country, ("country",)), np.diff(country.cumulative_shares)
    for year in range(len(country.years)):
        population = arrays.smallest_population[year], arrays.largest_population[year]
        limits = [head_limits(*population, share) for share in shares.tolist()]
        low, high = np.array(limits).T
        for week in range(year * WEEKS_PER_YEAR, (year + 1) * WEEKS_PER_YEAR, 3):
            heads = country.head_counts(week)
            assert (low <= heads).all()
            assert (heads <= high).all()
            assert (high - low <= 0.02 * heads + 4).all()


def test_what_is_read_every_week_begins_at_a_line_of_the_cache(north_korea):
    scratch = new_scratch(country_arrays(north_korea, ("country",)), 52)
    for name in ("drawn", "province_drawn", "thresholds", "steps", "cutoffs", "streams"):
        assert getattr(scratch, name).ctypes.data % LINE == 0, name


@pytest.mark.parametrize("changes", [{}, BURSTING], ids=["little news", "much news"])
def test_a_run_does_not_depend_on_what_ran_in_its_room_before(north_korea, changes):
    """Thresholds, steps and probabilities of another run must not be taken for this one's."""
    alone = run_ensemble(changes, [9], country=north_korea, weeks=60)
    among = run_ensemble(changes, [3, 5, 7, 9], country=north_korea, weeks=60, threads=1)
    assert (alone["yearly_attempts"][0] == among["yearly_attempts"][3]).all()

"""Thresholds and the worth of information, beside values that are known exactly."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from defection.batch_runs.designs.sampled import generator
from defection.batch_runs.programme.decision import NOT_FROM_0, information, passes, smooth
from defection.batch_runs.programme.effects import TOTAL
from defection.batch_runs.programme.inputs import Input, sobol
from defection.batch_runs.programme.tables import Drawn

VALUES = np.linspace(0.0, 1.0, 9)


def share(name):
    return Input(name, name, "between", 0.0, 1.0, "a test", "the user's", (0.0, 1.0), True)


def drawn(benefit, threshold):
    """Return draws without funds whose additional arrivals are benefit / threshold."""
    values = np.repeat((benefit / threshold)[:, None, None], 2, axis=1)
    return Drawn(np.zeros(len(benefit)), np.zeros(len(benefit)), {"additional_arrivals": values})


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (lambda x: 1 - 3 * x, 1 / 3), (lambda x: x**2 - 0.5, 0.5**0.5), (lambda x: 1 - x, 1.0),
        (lambda x: x, 0.0), (lambda x: (x - 0.3) * (x - 0.9), 0.3),
    ],
)  # fmt: skip
def test_a_threshold_is_where_the_function_passes_zero_first(function, at):
    assert passes(function, VALUES) == pytest.approx(at, abs=1e-3)


@pytest.mark.parametrize("function", [lambda x: 1 + x, lambda _x: 0.0])
def test_where_it_does_not_pass_there_is_no_threshold(function):
    assert np.isnan(passes(function, VALUES))


def test_a_spline_follows_what_is_smooth_and_no_point_has_a_say_in_its_own_value():
    at = sobol(1, 256, 3)[:, 0]
    values = np.sin(3 * at)
    found = smooth(at, values)
    np.testing.assert_allclose(found, values, atol=5e-3)
    moved = smooth(at, np.where(np.arange(256) == 100, 50.0, values))
    changed = np.flatnonzero(moved != found)
    assert 100 not in changed
    assert len(changed) > 200


def test_the_worth_of_an_input_is_that_of_its_closed_form():
    """With a benefit of N(0, 1) in one input alone, knowing it gains E max(0, N) = 1 / sqrt(2 pi)."""
    cube = sobol(2, 1024, 5)
    benefit = stats.norm.ppf(cube[:, 0])
    table = information([share("decides"), share("idle")], cube, drawn(benefit, 10.0), 10.0)
    usd = table.set_index("input")["usd"]
    assert usd["decides"] == pytest.approx((2 * np.pi) ** -0.5, rel=0.03)
    assert usd["everything"] == pytest.approx((2 * np.pi) ** -0.5, rel=0.03)
    assert usd["idle"] < 0.02
    verdict = table.set_index("input")["verdict"]
    assert verdict.to_dict() == {"decides": "", "everything": "", "idle": NOT_FROM_0}


@pytest.mark.parametrize("points", [64, 256])
def test_an_input_that_cannot_matter_is_not_to_be_told_from_one_worth_nothing(points):
    """Over many seeds, also where the benefit is anything but sure and of heavy tails."""
    count, called, gains, errors = 100, 0, [], []
    for seed in range(count):
        own = generator(seed, 3)
        benefit = own.lognormal(0.0, 1.0, points) - 1.6
        table = information([share("idle")], own.random((points, 1)), drawn(benefit, 10.0), 10.0)
        row = table.set_index("input").loc["idle"]
        called += row["verdict"] == ""
        gains.append(row["usd"])
        errors.append(row["standard_error"])
    assert called <= 0.08 * count
    assert np.mean(gains) < np.mean(errors)


def test_with_news_the_worth_is_that_of_all_arrivals():
    """Direct arrivals alone would always pay, and knowing anything would gain nothing."""
    cube = sobol(2, 1024, 5)
    own = drawn(np.full(1024, 5.0), 10.0)
    total = drawn(stats.norm.ppf(cube[:, 0]), 10.0).effects["additional_arrivals"]
    own = dataclasses.replace(own, effects={**own.effects, TOTAL: total})
    usd = information([share("decides"), share("idle")], cube, own, 10.0).set_index("input")["usd"]
    assert usd["decides"] == pytest.approx((2 * np.pi) ** -0.5, rel=0.03)
    assert usd["everything"] == pytest.approx((2 * np.pi) ** -0.5, rel=0.03)


def test_nothing_is_gained_by_knowing_where_the_choice_is_sure():
    cube = sobol(1, 64, 5)
    table = information([share("x")], cube, drawn(5 + cube[:, 0], 10.0), 10.0)
    assert (table["usd"] < 1e-9).all()


def test_without_a_threshold_or_with_few_points_nothing_is_said():
    cube = sobol(1, 64, 5)
    assert information([share("x")], cube, drawn(cube[:, 0], 1.0), None).empty
    assert information([share("x")], cube[:32], drawn(cube[:32, 0], 1.0), 1.0).empty

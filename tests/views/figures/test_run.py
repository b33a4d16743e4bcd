"""The figure of a run shows what the tables hold."""

from __future__ import annotations

import numpy as np

from defection.views.figures import run
from defection.views.figures.run import run_figure


def test_the_figure_draws_the_model_what_was_observed_and_every_province(lively):
    model = lively().run()
    successes, *provinces = run_figure(model).axes
    assert [bar.get_height() for bar in successes.containers[0]] == model.yearly()[
        "successes"
    ].tolist()
    assert successes.lines[0].get_ydata().tolist() == [5, 7]
    weekly, names = model.weekly(), model.country.provinces
    yearly = weekly.groupby(["province", "year"], observed=False)["attempts"].sum()
    assert [axis.get_title("left") for axis in provinces] == [*names, *names]
    for name, attempts, states in zip(names, provinces[:2], provinces[2:], strict=True):
        here = weekly[weekly["province"] == name]
        everyone, own = (line.get_ydata() for line in attempts.lines)
        assert own.tolist() == yearly[name].tolist()
        assert everyone[~np.isnan(everyone)].tolist() == yearly.tolist()
        repression, belief = (line.get_ydata() for line in states.lines)
        assert repression.tolist() == here["repression"].tolist()
        mean = here["belief_alpha"] / (here["belief_alpha"] + here["belief_beta"])
        assert np.allclose(belief, mean)
        assert states.get_ylim()[1] > 1  # a repression of 1 is not hidden by the frame


def test_of_too_many_provinces_those_with_most_attempts_are_drawn_and_the_figure_says_so(
    lively, monkeypatch
):
    monkeypatch.setattr(run, "MOST", 1)
    model = lively().run()
    most = model.weekly().groupby("province", observed=False)["attempts"].sum().idxmax()
    figure = run_figure(model)
    assert [axis.get_title("left") for axis in figure.axes[1:]] == [most, most]
    for part in figure.subfigs[1:]:
        assert "the 1 of 2 provinces with most" in part.get_suptitle()


def test_the_figure_says_where_a_run_stopped(lively):
    assert "stopped after" in run_figure(lively(stop_threshold=10).run()).get_suptitle()


def test_the_figure_can_be_drawn_without_observations_and_without_a_famine(lively, tiny):
    figure = run_figure(lively(country=tiny.replace(observed=(), datings=())).run())
    assert len(figure.axes[0].lines) == 0

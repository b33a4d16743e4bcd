"""The figure of a run shows what the tables hold."""

from __future__ import annotations

import numpy as np

from defection.views.figures.run import run_figure


def test_the_figure_draws_the_model_what_was_observed_and_every_province(lively):
    model = lively().run()
    successes, attempts, repression, belief = run_figure(model).axes
    assert [bar.get_height() for bar in successes.containers[0]] == model.yearly()[
        "successes"
    ].tolist()
    assert successes.lines[0].get_ydata().tolist() == [5, 7]
    weekly = model.weekly()
    for p, name in enumerate(model.country.provinces):
        here = weekly[weekly["province"] == name]
        assert (
            attempts.lines[p].get_ydata().tolist()
            == here.groupby("year")["attempts"].sum().tolist()
        )
        assert repression.lines[p].get_ydata().tolist() == here["repression"].tolist()
        assert np.allclose(
            belief.lines[p].get_ydata(),
            here["belief_alpha"] / (here["belief_alpha"] + here["belief_beta"]),
        )


def test_the_figure_says_where_a_run_stopped(lively):
    assert "stopped after" in run_figure(lively(stop_threshold=10).run()).get_suptitle()


def test_the_figure_can_be_drawn_without_observations_and_without_a_famine(lively, tiny):
    figure = run_figure(lively(country=tiny.replace(observed=(), datings=())).run())
    assert len(figure.axes[0].lines) == 0

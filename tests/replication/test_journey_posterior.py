"""The posterior of law and journey: what is kept can be run, and the page says what did not converge."""

from __future__ import annotations

import numpy as np
import pytest

from defection.replication import RESULTS, Kept, Runs, journey_posterior
from defection.replication import journey_posterior_page as page
from defection.replication.journey_posterior_parts import FULL, REGION
from defection.replication.journey_regions import FITS, K
from defection.replication.reported import PAPER
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED


@pytest.fixture
def tables():
    return {name: one.copy() for name, one in Kept().tables("journey_posterior").items()}


def test_at_least_two_hundred_draws_are_kept_and_each_can_be_run(tables):
    found, space = journey_posterior.draws(), FITS[REGION].space()
    assert len(found) == len(tables["journey_posterior_draws"]) == FULL["kept"] >= 200
    assert list(tables["journey_posterior_draws"]) == space.names
    unit = space.unit(tables["journey_posterior_draws"])
    assert ((unit >= -1e-6) & (unit <= 1 + 1e-6)).all()
    assert len(np.unique(unit, axis=0)) == tables["journey_posterior.json"]["distinct"]
    assert {one.journey for one in found} == {"on"}


def test_it_is_of_the_facts_of_the_journey_and_of_the_best_point():
    result = RESULTS["journey_posterior"]
    assert result.needs == ("journey_fit",)
    assert result.reads == ("data/north_korea/journey",)
    about = Kept().tables("journey_posterior")["journey_posterior.json"]
    scores = Kept().tables("journey_fit")["journey_scores"]
    own = scores[(scores["region"] == REGION) & (scores["split"] == "rule")].iloc[0]
    assert about["misfit_of_the_best_point"] == pytest.approx(own["fitted"])
    factor = about["misfit_of_the_best_point"] / about["facts_fitted"]
    assert about["factor"] == pytest.approx(factor, rel=0.01)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [("means apart, in sd", 0.6, True), ("again", 0.7, True), ("again", 0.2, False)],
)
def test_what_did_not_converge_is_named_first(tables, column, value, named):
    seeds = tables["journey_posterior_seeds"]
    seeds[["means apart, in sd", "again"]] = 0.1
    seeds.loc[3, column] = value
    failing = seeds.loc[3, "parameter of two seeds"]
    assert page.converged(tables) == (not named, [failing] * named)
    said = page.text(tables)
    assert ("**Not converged by the rule below**" in said) == named
    assert "nan" not in said


@pytest.mark.parametrize(("share", "verdict"), [(0.99, REPRODUCED), (0.5, UNDECIDED), (0.01, NOT)])
def test_verdicts_follow_their_rules(tables, share, verdict):
    about, quantiles = tables["journey_posterior.json"], tables["journey_posterior_quantiles"]
    about["famine"]["triggered"] = share
    is_k = quantiles["parameter"] == K
    low, high = PAPER[K].span(page.DEVIATIONS)
    for span, heard in (((high + 0.1, high + 0.2), NOT), ((low / 2, high), REPRODUCED)):
        quantiles.loc[is_k, ["low", "high"]] = span
        for ratios, decline in (((0.9, 1.1), NOT), ((0.5, 0.6), REPRODUCED)):
            about["arrivals"] |= dict(zip(("decline_low", "decline_high"), ratios, strict=True))
            found = {what: one for what, one, _ in page.judge(tables).parts}
            assert [*found.values()] == [verdict, decline, heard]


@pytest.mark.slow
def test_a_quick_computation_makes_every_table_and_page(tmp_path):
    runs = Runs(3, quick=True, threads=1, work=tmp_path)
    made = journey_posterior.compute(runs)
    assert set(made) == set(Kept().tables("journey_posterior"))
    assert "Not converged" in page.text(made)
    again = journey_posterior.compute(runs)  # from the working folder
    draws = "journey_posterior_draws"
    assert made[draws].equals(again[draws])

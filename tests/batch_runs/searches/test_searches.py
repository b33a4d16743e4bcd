"""The searches on a stand-in whose best point is known: they find it, repeat themselves, and go on after a kill."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.inference import SequentialMonteCarlo
from defection.batch_runs.searches import (
    Evolution,
    PaperSearch,
    Screen,
    SearchError,
    Staged,
    best,
    winners,
)
from defection.batch_runs.searches.generation import reflected
from tests.batch_runs.searches.bowl import FLOOR, OBJECTIVE, SPACE, TRUTH, Bowl

SEARCHES = {
    "paper": PaperSearch(space=SPACE, objective=OBJECTIVE, chains=4, steps=12, patience=4),
    "screen": Screen(space=SPACE, objective=OBJECTIVE, points=40, replicates=2, batch=16),
    "evolution": Evolution(space=SPACE, objective=OBJECTIVE, starts=3, generations=6, replicates=2),
    "evolution, halving": Evolution(
        space=SPACE, objective=OBJECTIVE, starts=3, generations=6, replicates=2, halving=2
    ),
    "staged": Staged(
        space=SPACE,
        objective=OBJECTIVE,
        screened=32,
        starts=3,
        generations=4,
        halving=2,
        selected=1,
        last_generations=3,
        replicates=2,
        fresh=3,
    ),
    "smc": SequentialMonteCarlo(
        space=SPACE, objective=OBJECTIVE, particles=20, generations=4, batch=50
    ),
}


@pytest.fixture(params=SEARCHES)
def search(request):
    return SEARCHES[request.param]


def test_a_search_repeats_itself(search):
    pd.testing.assert_frame_equal(search.run(Bowl(), seed=1), search.run(Bowl(), seed=1))


def test_another_seed_is_another_search(search):
    assert not search.run(Bowl(), seed=1)["famine_effect"].equals(
        search.run(Bowl(), seed=2)["famine_effect"]
    )


def test_each_generation_is_one_question(search):
    bowl = Bowl()
    trace = search.run(bowl, seed=1)
    if not isinstance(
        search, SequentialMonteCarlo | Staged
    ):  # these may ask several times in a generation
        assert bowl.calls == trace["generation"].nunique()
    assert trace["point"].is_unique


def test_all_points_lie_in_the_space(search):
    trace = search.run(Bowl(), seed=1)
    unit = SPACE.unit(trace)
    assert ((unit >= 0) & (unit <= 1)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: PaperSearch(space=SPACE, objective=OBJECTIVE, chains=0),
            "paper search: chains = 0 must be a whole number from 1 to 10,000,000",
        ),
        (
            lambda: PaperSearch(space=SPACE, objective=OBJECTIVE, step=2.0),
            "paper search: step = 2.0 must lie between 0 and 1",
        ),
        (
            lambda: PaperSearch(space=Space.from_parameters({}), objective=OBJECTIVE),
            "paper search: nothing varies",
        ),
        (
            lambda: Screen(space=SPACE, objective=OBJECTIVE, points=1.5),
            "screen: points = 1.5 must be a whole number",
        ),
        (
            lambda: Evolution(space=SPACE, objective=OBJECTIVE, population=3),
            "evolution: population = 3 must be .* from 4 to",
        ),
        (
            lambda: Evolution(
                space=Space.from_parameters({"famine_effect": {}}), objective=OBJECTIVE
            ),
            "at least two parameters must vary",
        ),
        (
            lambda: SequentialMonteCarlo(space=SPACE, objective=OBJECTIVE, particles=3),
            "particles = 3 must be .* from 6 to",
        ),
        (
            lambda: SequentialMonteCarlo(space=SPACE, objective=OBJECTIVE, quantile=1),
            "quantile = 1 must lie between 0.01 and 0.99",
        ),
        (
            lambda: Evolution(space=SPACE, objective=OBJECTIVE, starts=2).run(
                Bowl(), seed=1, first=SPACE.table(np.full((1, 3), 0.5))
            ),
            "2 starts need as many first points, not 1",
        ),
    ],
)
def test_settings_that_make_no_search_are_refused(make, message):
    with pytest.raises(SearchError, match=message):
        make()


def test_evolution_finds_the_best_point_from_every_start(seed):
    search = Evolution(space=SPACE, objective=OBJECTIVE, starts=4, generations=40, replicates=4)
    found = winners(search.run(Bowl(root=seed), seed=seed))
    centres = found[found["centre"]]
    assert len(found) == 8
    assert (
        centres["score"].max() < 1.5 * FLOOR
    )  # mean of four runs of eight years: its standard deviation is an eighth of the floor
    assert centres["famine_effect"].to_numpy() == pytest.approx(TRUTH["famine_effect"], abs=0.1)


def test_halving_gives_up_the_worse_starts_and_keeps_the_best(seed):
    search = Evolution(
        space=SPACE, objective=OBJECTIVE, starts=5, generations=12, replicates=2, halving=3
    )
    trace = search.run(Bowl(root=seed), seed=seed)
    left = trace[~trace["centre"]].groupby("generation")["start"].nunique().to_numpy()
    assert left.tolist() == [5, 5, 5, 3, 3, 3, 2, 2, 2, 1, 1, 1]
    for generation in (2, 5, 8):
        medians = (
            trace[trace["generation"] == generation]
            .groupby("start")["score"]
            .median()
            .sort_values()
        )
        assert set(trace.loc[trace["generation"] == generation + 1, "start"]) == set(
            medians.index[: (len(medians) + 1) // 2]
        )
    assert len(set(winners(trace)["start"])) == 1


def test_a_staged_search_ends_with_fresh_seeds_and_starts_from_what_it_is_given(seed):
    search = dataclasses.replace(
        SEARCHES["staged"], generations=12, last_generations=12, replicates=4, fresh=50
    )
    trace = search.run(Bowl(root=seed), seed=seed)
    assert list(dict.fromkeys(trace["stage"])) == ["screen", "rough", "finalists", "fine", "fresh"]
    found = search.finalists(trace, Bowl())
    assert found["score"].is_monotonic_increasing
    assert found["replicates"].eq(50).all()
    assert found["score"].iloc[0] < trace.loc[trace["stage"] == "screen", "score"].median()
    known = SPACE.complete(pd.DataFrame([TRUTH]))
    shorter = dataclasses.replace(search, generations=2, halving=1)
    helped = shorter.finalists(shorter.run(Bowl(root=seed), seed=seed, first=known), Bowl())
    assert helped["score"].iloc[0] < 1.5 * FLOOR


def test_the_paper_s_search_comes_nearer_the_longer_it_runs(seed):
    search = PaperSearch(
        space=SPACE, objective=OBJECTIVE, chains=8, steps=120, step=0.1, continue_worse=0.05
    )
    trace = search.run(Bowl(root=seed), seed=seed)
    early, late = (
        trace[trace["generation"] < 10]["score"].min(),
        trace[trace["generation"] >= 100]["score"].min(),
    )
    assert late < early


def test_the_paper_s_search_always_goes_on_where_it_improves_and_as_often_as_set_where_not(seed):
    chance = 0.3
    search = PaperSearch(
        space=SPACE, objective=OBJECTIVE, chains=20, steps=60, continue_worse=chance, patience=1000
    )
    trace = search.run(Bowl(root=seed), seed=seed)
    worse = moved_though_worse = 0
    for _, chain in trace.groupby("start"):
        here = np.inf
        for score, moved in zip(chain["score"], chain["moved"], strict=True):
            if score < here:
                assert moved
            else:
                worse += 1
                moved_though_worse += moved
            here = score if moved else here
    assert moved_though_worse / worse == pytest.approx(
        chance, abs=4 * np.sqrt(chance * (1 - chance) / worse)
    )


def test_a_chain_begins_anew_after_so_many_steps_without_a_new_best():
    search = PaperSearch(space=SPACE, objective=OBJECTIVE, chains=5, steps=40, patience=3)
    trace = search.run(Bowl(), seed=1)
    for _, chain in trace.groupby("start"):
        for _, stretch in chain.groupby("restart"):
            best_so_far = stretch["score"].cummin()
            waited = (
                (stretch["score"] > best_so_far.shift(fill_value=np.inf))
                .groupby((stretch["score"] <= best_so_far).cumsum())
                .sum()
            )
            assert waited.max() <= 3
    assert trace["restart"].max() >= 2


def test_steps_are_folded_back_at_the_borders():
    assert reflected(np.array([-0.2, 1.3, 0.4, 2.1])) == pytest.approx([0.2, 0.7, 0.4, 0.1])
    assert reflected(np.array([1.0, -1.0])).max() < 1.0


def test_the_best_of_a_screen_may_have_to_keep_a_distance():
    trace = SEARCHES["screen"].run(Bowl(), seed=1)
    assert best(trace, 5)["score"].tolist() == sorted(trace["score"])[:5]
    far = best(trace, 5, min_distance=0.3, space=SPACE)
    unit = SPACE.unit(far)
    distances = np.sqrt(((unit[:, None] - unit[None]) ** 2).mean(axis=-1))[np.triu_indices(5, 1)]
    assert distances.min() >= 0.3
    assert far["score"].iloc[0] == trace["score"].min()
    with pytest.raises(SearchError, match="min_distance needs the space"):
        best(trace, 5, min_distance=0.3)

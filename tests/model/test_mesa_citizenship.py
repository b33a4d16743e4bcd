"""The model is an ordinary Mesa model: batches, the browser view, copies, and no memory of the dead."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import re
import weakref

import mesa
import pandas as pd
import pytest

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from tests.conftest import LIVELY, ROOT, TINY


def _batch(parameters=None, **settings):
    """Run two runs of the tiny country, or what ``parameters`` make of them."""
    settings = {"number_processes": 1, "max_steps": 1000, **settings}
    whole = {"country": str(TINY), **LIVELY, "seed": [3, 2**53 - 1], **(parameters or {})}
    return pd.DataFrame(mesa.batch_run(DefectionModel, whole, display_progress=False, **settings))


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_gives_every_week_of_every_run(processes):
    effects = {"famine_effect": [0.1, 0.2]}
    rows = _batch(effects, number_processes=processes, data_collection_period=1)
    assert len(rows) == 4 * 104
    for (effect, seed), run in rows.groupby(["famine_effect", "seed"]):
        settings = {**LIVELY, "famine_effect": effect}
        expected = DefectionModel(country=TINY, seed=seed, **settings).run()
        frame = expected.datacollector.get_model_vars_dataframe()
        assert run["Step"].tolist() == run["week"].tolist() == list(range(104))
        for name in ("attempts", "total_successes", "mean_repression", "mean_belief"):
            assert run[name].tolist() == frame[name].tolist(), name


def test_batch_run_keeps_the_last_week_of_each_run_with_its_totals_and_its_early_stop():
    rows = _batch({"stop_threshold": [100, 10**9]})
    settings = [(threshold, seed) for threshold in (100, 10**9) for seed in (3, 2**53 - 1)]
    for (threshold, seed), row in zip(settings, rows.sort_values("RunId").iloc, strict=True):
        changes = {**LIVELY, "stop_threshold": threshold}
        model = DefectionModel(country=TINY, seed=seed, **changes).run()
        assert (row["stop_threshold"], row["seed"]) == (threshold, seed)
        assert (row["week"], row["running"]) == (model.week - 1, False)
        assert row["stopped_early"] == model.stopped_early == (threshold == 100)
        for name, total in model.history.totals().items():
            assert row[f"total_{name}"] == total


def test_batch_run_that_is_cut_short_says_so():
    rows = _batch(max_steps=52, data_collection_period=1)
    weeks = rows[rows["seed"] == 3]["week"].tolist()
    assert weeks == list(range(len(weeks)))
    assert len(weeks) in (52, 53)  # Mesa before 3.5 goes a step further
    assert rows["running"].all()


@pytest.mark.filterwarnings("default:The `iterations` keyword:DeprecationWarning")  # Mesa 3.4
def test_the_iterations_of_batch_run_keep_the_fresh_seeds_that_repeat_them():
    rows = _batch({"seed": None}, iterations=3)
    assert rows["seed"].nunique() == 3
    for _, row in rows.iterrows():
        model = DefectionModel(country=TINY, seed=row["seed"], **LIVELY).run()
        assert model.history.totals()["attempts"] == row["total_attempts"]


def test_seeds_reach_batch_run_by_its_own_argument_too():
    if "rng" not in inspect.signature(mesa.batch_run).parameters:
        pytest.skip("batch_run takes seeds since Mesa 3.4")
    parameters = {"country": str(TINY), **LIVELY}
    rows = mesa.batch_run(DefectionModel, parameters, rng=[3, 4], display_progress=False)
    assert [row["seed"] for row in rows] == [3, 4]


def test_the_readme_s_batch_run_gives_what_the_ensemble_gives():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(
        one for one in re.findall(r"```python\n(.*?)```", text, re.S) if "batch_run(" in one
    )
    names = {}
    exec(compile(block, "README.md", "exec"), names)
    table = names["table"].sort_values(["famine_effect", "seed"])
    data = run_ensemble(
        {"famine_effect": table["famine_effect"].to_list()}, table["seed"].to_list(), weeks=520
    )
    assert len(table) == 4
    assert (
        table["total_successes"].tolist()
        == data["yearly_successes"].sum("year").to_numpy().tolist()
    )
    assert (table["week"] + 1).tolist() == data["weeks_run"].to_numpy().tolist()
    assert table["stopped_early"].tolist() == data["stopped_early"].to_numpy().tolist()


def test_a_pickled_model_continues_bit_identically(lively):
    whole, half = lively(record_categories=True).run(), lively(record_categories=True)
    for _ in range(60):
        half.step()
    again = pickle.loads(pickle.dumps(half))
    pd.testing.assert_frame_equal(again.run().weekly(), whole.weekly())
    assert half.week == 60
    assert again.datacollector.get_model_vars_dataframe().equals(
        whole.datacollector.get_model_vars_dataframe()
    )


def test_a_deep_copy_continues_bit_identically_and_leaves_the_original_alone(lively):
    whole, half = lively().run(), lively()
    for _ in range(60):
        half.step()
    again = copy.deepcopy(half)
    pd.testing.assert_frame_equal(again.run().weekly(), whole.weekly())
    assert half.week == 60
    pd.testing.assert_frame_equal(half.run().weekly(), whole.weekly())


def test_no_model_stays_alive_after_it_is_dropped(lively):
    def made():
        model = lively(weeks=3).run()
        model.yearly()
        return weakref.ref(model)

    ghosts = [made() for _ in range(10)]
    gc.collect()
    assert [ghost() for ghost in ghosts] == [None] * 10


def test_agents_are_numbered_from_one_in_every_model(lively):
    for model in (lively(), lively()):
        assert sorted(agent.unique_id for agent in model.agents) == list(range(1, 11))


def test_a_rule_changed_by_a_subclass_is_followed(lively):
    from defection.agents import CitizenCategory

    class Stayers(CitizenCategory):
        def decide(self):
            self.attempts = 0

    class Quiet(DefectionModel):
        citizen_class = Stayers

    assert Quiet(country=TINY, seed=1, **LIVELY).run().weekly()["attempts"].sum() == 0


@pytest.mark.filterwarnings("default")  # the browser libraries warn of each other
def test_the_model_opens_in_solaraviz_and_steps_to_its_end_and_no_further():
    import ipyvuetify
    import solara
    from mesa.visualization import SolaraViz, make_plot_component

    settings = {
        "country": str(TINY),
        "seed": {"type": "InputText", "value": "7", "label": "seed"},
        "famine_effect": {
            "type": "SliderFloat",
            "value": 0.5,
            "label": "famine",
            "min": 0.0,
            "max": 2.0,
            "step": 0.1,
        },
    }

    model = DefectionModel(country=TINY, seed="7", weeks=2)

    @solara.component
    def Page():
        SolaraViz(model, components=[make_plot_component("successes")], model_params=settings)

    _, rendered = solara.render(solara.AppLayout(children=[Page()]), handle_error=False)
    try:
        step = next(b for b in rendered.find(ipyvuetify.Btn).widgets if "Step" in b.children)
        for weeks in (1, 2, 2):  # the run has two weeks: a step more does nothing
            step.click()
            assert model.steps == model.week == weeks
    finally:
        rendered.close()

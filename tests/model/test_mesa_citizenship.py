"""The model is an ordinary Mesa model: batches, the browser view, copies, and no memory of the dead."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import mesa
import pandas as pd
import pytest

from defection import DefectionModel
from tests.conftest import LIVELY, TINY


def _batch(**settings):
    parameters = {
        "country": str(TINY),
        "famine_effect": [0.1, 0.2],
        **{k: v for k, v in LIVELY.items() if k != "famine_effect"},
    }
    return mesa.batch_run(
        DefectionModel,
        {**parameters, **settings.pop("parameters", {})},
        display_progress=False,
        **settings,
    )


def _seeded(seeds):
    """Seeds as this version of Mesa wants them: a parameter before 3.4, the argument rng since."""
    if "rng" in mesa.batch_run.__code__.co_varnames:
        return {"rng": seeds, "parameters": {}}
    return {"parameters": {"seed": seeds}}


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_gives_every_row_of_every_run_and_no_extra_step(processes):
    rows = pd.DataFrame(
        _batch(
            number_processes=processes, max_steps=1000, data_collection_period=1, **_seeded([3, 4])
        )
    )
    seed_column = "seed" if "seed" in rows else "rng"
    rows = rows.drop_duplicates(
        [seed_column, "famine_effect", "week"]
    )  # Mesa 3.5 adds a row per province
    assert len(rows) == 4 * 105
    for (famine_effect, seed), run in rows.groupby(["famine_effect", seed_column]):
        run = run.sort_values("week")
        expected = DefectionModel(
            country=TINY, seed=seed, **{**LIVELY, "famine_effect": famine_effect}
        ).run()
        frame = expected.datacollector.get_model_vars_dataframe()
        assert run["week"].tolist() == list(range(105))
        assert run["attempts"].tolist() == frame["attempts"].tolist()
        assert run["mean_repression"].tolist() == frame["mean_repression"].tolist()


def test_batch_run_at_the_end_of_each_run_keeps_the_last_state():
    rows = _batch(number_processes=1, max_steps=1000, **_seeded([3]))
    assert {(row["famine_effect"], row["week"]) for row in rows} == {(0.1, 104), (0.2, 104)}


def test_batch_run_that_is_cut_short_gives_the_weeks_asked_for():
    rows = _batch(number_processes=1, max_steps=52, data_collection_period=1, **_seeded([3]))
    assert sorted({row["week"] for row in rows}) == list(range(53))


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
def test_the_model_opens_in_solaraviz_and_steps():
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

    @solara.component
    def Page():
        model = solara.use_memo(lambda: DefectionModel(country=TINY, seed="7"), [])
        SolaraViz(model, components=[make_plot_component("successes")], model_params=settings)

    _, rendered = solara.render(solara.AppLayout(children=[Page()]), handle_error=False)
    try:
        buttons = [b for b in rendered.find(ipyvuetify.Btn).widgets if "Step" in b.children]
        buttons[0].click()
        assert any(
            "1" in str(text.children)
            for text in rendered.find(ipyvuetify.Html).widgets
            if "Step" in str(text.children)
        )
    finally:
        rendered.close()

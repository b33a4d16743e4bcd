"""Maps and charts show the model's numbers, and the browser can rebuild all weeks from the pieces it is sent."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.stats

from defection import DefectionModel
from defection.country import CountryError, load
from defection.parameters import ALL_PARAMETERS, PARAMETERS, Parameter
from defection.views.app import flows, guide, map_view, settings
from defection.views.app.outlines import outlined, shapes, tiles
from defection.views.app.past import Past
from defection.views.app.player import DEFAULT_SPEED
from defection.views.colours import PEOPLE, PROBABILITY, diverging
from tests.conftest import TINY

QUIET = {"famine_years": "none", "observation_probability": 0.0}
"""Nothing happens that the question of the week could be about, but what is believed."""


def test_every_province_has_an_outline_inside_the_box(north_korea):
    drawn = shapes("north_korea", north_korea.provinces)
    assert len(drawn.paths) == len(drawn.labels) == 10
    assert "Natural Earth" in drawn.credit
    left, top, width, height = drawn.box
    numbers = [
        tuple(map(float, pair))
        for path in drawn.paths
        for pair in re.findall(r"([\d.-]+) ([\d.-]+)", path)
    ]
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in numbers)
    labels = dict(zip(north_korea.provinces, drawn.labels, strict=True))
    assert labels["North Hamgyong"][0] > labels["North Phyongan"][0]  # east is right
    assert labels["Ryanggang"][1] < labels["South Hwanghae"][1]  # north is up


def test_a_country_without_outlines_gets_a_tile_for_each_province(tiny):
    drawn = shapes(str(TINY), tiny.provinces)
    assert drawn == tiles(tiny.provinces)
    assert len(set(drawn.paths)) == 2


def test_outlines_without_a_province_are_refused(tmp_path):
    (tmp_path / "outlines.json").write_text(
        '{"steps_per_degree": 1, "provinces": {"A": [[[0, 0], [1, 0], [1, 1]]]}}'
    )
    with pytest.raises(CountryError, match="no outline of 'B'"):
        outlined(tmp_path / "outlines.json", ("A", "B"))


def test_the_map_shows_each_measure_of_each_province(lively):
    model = lively()
    for _ in range(30):
        model.step()
    shown = {
        m["name"]: m["texts"]
        for view in (measure.name for measure in map_view.MAP_MEASURES)
        for m in map_view.fills(model, view)
    }
    province = model._province_list[1]
    assert shown["repression"][1] == f"{province.repression:.3f}"
    assert shown["gap"][1] == f"{province.belief.mean - province.repression:+.3f}"
    assert shown["attempts"][1] == f"{province.attempts:,}"
    assert len(map_view.fills(model, "all")) == 4
    people = model.province_populations[1]
    rate = 100_000 * model.history.flows["successes"][: model.week, 1].sum() / people
    assert shown["successes_rate"][1] == f"{rate:,.1f}"  # of the latest year, here of all weeks


@pytest.mark.parametrize("view", ["repression", "belief", "attempts", "successes"])
def test_differences_from_the_country_s_mean_cancel_over_its_people(lively, view):
    model = lively()
    for _ in range(60):
        model.step()
    own, mean = (measure.read(model) for name in (view, f"{view}_from_mean")
                 for measure in map_view.map_measures(name))  # fmt: skip
    people = np.array(model.province_populations)
    assert (mean * people).sum() == pytest.approx(0, abs=1e-6 * people.sum())
    if view in ("repression", "belief"):
        assert np.ptp(mean) == pytest.approx(np.ptp(own))
    else:  # of the latest 52 weeks, not of all 60
        flow = model.history.flows[view][8:60].sum(axis=0)
        assert np.ptp(mean) == pytest.approx(np.ptp(100_000 * flow / people))


def test_the_page_says_in_words_where_all_provinces_are_alike(lively):
    model = lively(initial_repression=0.5)
    (before,) = map_view.fills(model, "repression")
    assert before["alike"] == "All provinces are the same: 0.500."
    for repression, word in ((0.52, "0.500 to 0.520"), (0.6, "")):
        model.state["repression"][1] = repression
        (shown,) = map_view.fills(model, "repression")
        assert word in shown["alike"]
        assert bool(word) == bool(shown["alike"])
    (gap,) = map_view.fills(model, "repression_from_mean")
    assert gap["alike"] == ""  # what looks alike there stands apart here


@pytest.mark.parametrize(
    ("weeks", "changes", "words"),
    [
        (0, {}, "Who will try"),
        (30, {}, "famine"),
        (30, {"famine_effect": 0.0}, "stopped"),
        (30, {**QUIET, "initial_repression": 0.9}, "More attempts are stopped"),
        (30, {**QUIET, "initial_repression": 0.1}, "Fewer attempts are stopped"),
        (104, {}, "chance"),
    ],
)
def test_the_question_of_the_week_is_about_what_happens(lively, weeks, changes, words):
    model = lively(**changes)
    while model.week < weeks:
        model.step()
    assert words in guide.question(model, ended=not model.running)


@pytest.mark.parametrize(("factor", "words"), [(2, "rise"), (0.5, "decline"), (1, "stopped")])
def test_the_question_follows_how_attempts_change_from_year_to_year(factor, words):
    model = DefectionModel(seed=2, famine_years="none")
    while model.week < 120:
        model.step()
    flow = model.history.flows["attempts"]
    flow[:], flow[68:] = 100, 100 * factor
    assert words in guide.question(model, ended=not model.running)


def test_the_question_is_of_the_week_that_is_looked_at():
    model = DefectionModel(seed=2, weeks=300).run()
    found = []
    for week in (110, 200):
        past = Past(model).at(week)
        found.append(guide.guide(model, playing=False, speed=52, past=past)["question"])
    assert "famine year" not in found[0]
    assert "famine year" in found[1]
    assert not any("How much of this was chance" in question for question in found)


def test_what_to_do_depends_on_the_run(lively):
    model = lively()
    tasks = [guide.guide(model, playing=False, speed=52)["task"]]
    model.step()
    tasks += [guide.guide(model, playing=playing, speed=52)["task"] for playing in (True, False)]
    model.run()
    tasks.append(guide.guide(model, playing=False, speed=52)["task"])
    assert [task.split()[0] for task in tasks] == ["Press", "Watch", "Click", "Move"]


def test_the_first_run_is_played_in_about_half_a_minute():
    assert 20 <= DefectionModel(seed=1).weeks / DEFAULT_SPEED <= 40


def test_the_same_number_has_the_same_colour_in_every_week():
    assert PROBABILITY.colour(0.5) == PROBABILITY.colour(0.5)
    assert (
        PROBABILITY.colour(-1)
        == PROBABILITY.colour(0)
        != PROBABILITY.colour(1)
        == PROBABILITY.colour(2)
    )
    assert PEOPLE.legend()["ticks"][-1] == [1.0, "10,000 and more"]
    assert PROBABILITY.legend()["ticks"][-1] == [1, "1"]  # there is no more
    ends = [tick for tick, _ in diverging(0.02).legend()["ticks"]]
    assert ends == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_the_pieces_sent_week_by_week_are_the_whole_history(lively):
    model, sent, kept = lively(), 0, []
    while model.running:
        for _ in range(7):
            if model.running:
                model.step()
        piece = flows.weekly_chunks(model, run=1, province=1, sent=sent)["belief"]
        assert piece["from"] <= len(kept)
        kept[piece["from"] :] = list(zip(*piece["columns"], strict=True))
        sent = model.week
    repression, mean, low, width = np.array(kept).T
    alpha, beta = (
        model.history.states[f"belief_{name}"][: model.week, 1] for name in ("alpha", "beta")
    )
    assert np.allclose(repression, model.history.states["repression"][: model.week, 1], atol=1e-4)
    assert np.allclose(mean, alpha / (alpha + beta), atol=1e-4)
    assert np.allclose(
        scipy.stats.beta.cdf(low + width, alpha, beta) - scipy.stats.beta.cdf(low, alpha, beta),
        0.9,
        atol=0.01,
    )


def test_the_yearly_bars_are_the_yearly_table(lively):
    model = lively()
    for _ in range(70):
        model.step()
    successes, observed = flows.yearly_chunk(model, run=1)["columns"]
    assert successes == model.yearly()["successes"].tolist()
    assert observed == [5, 7]


def test_each_province_has_its_own_small_chart_of_its_own_numbers(lively):
    model = lively().run()
    shown = flows.charts(model, model.country.provinces[0], "provinces", "root")["national"]
    chunks = flows.weekly_chunks(model, run=1, province=0, sent=0, form="provinces")
    assert shown["grids"] == list(model.country.provinces)
    for series in shown["series"]:
        province = shown["grids"].index(series["grid"])
        flow = model.history.flows[series["name"]][:, province]
        assert chunks["national"]["columns"][series["column"]] == flow.tolist()


@pytest.mark.parametrize("form", ["lines", "stacked", "successes"])
def test_each_form_shows_the_numbers_that_its_lines_name(lively, form):
    model = lively().run()
    columns = flows.weekly_chunks(model, run=1, province=0, sent=0, form=form)["national"][
        "columns"
    ]
    for series in flows.charts(model, "", form, "log")["national"]["series"]:
        national = model.history.flows[series["name"]].sum(axis=1)
        assert columns[series["column"]] == national.tolist()
        if "over" in series:
            total = national + np.array(columns[series["over"]])
            assert (total == model.history.flows["attempts"].sum(axis=1)).all()


def test_before_the_first_week_there_is_nothing_to_draw(lively):
    model = lively()
    assert flows.yearly_chunk(model, run=1)["columns"][0] == []
    assert flows.weekly_chunks(model, run=1, province=0, sent=0)["national"]["columns"] == [
        [],
        [],
        [],
    ]


def test_every_parameter_has_its_control_from_the_registry(north_korea):
    shown = [p for group in settings.groups(north_korea) for p in group["parameters"]]
    assert sorted(p["name"] for p in shown) == sorted(ALL_PARAMETERS)  # each once
    assert [p["name"] for p in shown[:5]] == list(settings.ESSENTIALS)
    for p in shown:
        assert "`" not in "".join(map(str, p.values()))  # it is read by people
        if p["range"]:
            assert p["range"][0] <= p["default"] <= p["range"][1], p["name"]


@pytest.mark.parametrize("weeks", [0, 1, 52, 104])
def test_the_box_of_the_map_says_of_which_week_its_numbers_are(lively, weeks):
    model = lively()
    for _ in range(weeks):
        model.step()
    for province, (people, flow, states) in zip(
        model.provinces, map_view.hovers(model), strict=True
    ):
        if weeks:
            of_week = model.weekly().query(f"week == {weeks - 1}").set_index("province")
            row = of_week.loc[province.name]
            assert f"Week {weeks - 1} ({model.country.year_of(weeks - 1)}), which has" in people
            assert people.endswith(f"passed: {int(row['population']):,} people")
            assert flow.startswith(
                f"{int(row['attempts']):,} attempts, {int(row['stopped']):,} stopped"
            )
        ahead = "After the last week" if weeks == 104 else "In force "
        assert states.startswith(ahead)
        assert f"repression {province.repression:.3f}," in states


class Text(Parameter):
    """A text that is neither a choice nor years."""

    kind = "interventions"


def test_a_choice_of_one_is_shown_and_a_text_of_any_other_kind_is_typed(north_korea):
    known = {"symbol": "", "meaning": "", "unit": "", "group": "reading", "source": ""}
    parameters = [
        Parameter(name="policy", default="paper", choices=("paper",), **known),
        Parameter(name="policy", default="paper", choices=("paper", "other"), **known),
        Text(name="interventions", default="none", **known),
        PARAMETERS["famine_years"],
        PARAMETERS["memory_weeks"],
    ]
    kinds = [settings.control(p, north_korea)["control"] for p in parameters]
    assert kinds == ["fixed", "select", "text", "select", "slider"]


def test_the_paper_s_region_is_read_from_its_text(north_korea):
    assert settings.region_span(PARAMETERS["famine_effect"], north_korea) == pytest.approx(
        (0.8, 0.88)
    )
    assert settings.region_span(PARAMETERS["initial_repression"], north_korea) == (0.8, 1.0)
    assert settings.region_span(PARAMETERS["adjustment_rate"], north_korea) == (0.0001, 0.001)
    assert settings.region_span(PARAMETERS["utility_slope"], north_korea) is None


def test_another_country_s_controls_name_no_files_of_the_paper_s():
    found = {
        name: {
            one["name"]: one["source"]
            for g in settings.groups(load(name))
            for one in g["parameters"]
        }
        for name in ("north_korea", "east_germany")
    }
    assert "fees.csv" in found["north_korea"]["broker_fee"]
    assert not any(".csv" in source for source in found["east_germany"].values())
    assert found["east_germany"]["broker_fee"] == "no part of the paper"

"""The week step by step says what the tables of the run say, in the present and in the past."""

from __future__ import annotations

import re

import pytest

from defection import DefectionModel, equations
from defection.policies import POLICIES
from defection.views.app import week_view
from defection.views.app.past import Past
from tests.conftest import LIVELY, TINY

CHANGES = "week 30 famine_effect=1.5; week 60 hearing=nationwide in Borderland; week 75 tolerated_attempts=3"


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


@pytest.fixture(scope="module")
def run():
    return DefectionModel(
        country=str(TINY), seed=3, interventions=CHANGES, **{**LIVELY, "memory_weeks": 20}
    ).run()


@pytest.mark.parametrize("week", [1, 5, 25, 31, 61, 76, 104])
def test_the_steps_say_what_the_weekly_table_has(run, week):
    table = run.weekly()
    for province, name in enumerate(run.country.provinces):
        shown = week_view.week_steps(Past(run).at(week), province)
        row = table[(table["week"] == week - 1) & (table["province"] == name)].iloc[0]
        assert shown["date"] == f"week {week - 1} ({row['year']})"
        decide, repress, hear, learn, adjust = [step["says"] for step in shown["steps"]]
        mean = row["belief_alpha"] / (row["belief_alpha"] + row["belief_beta"])
        assert numbers(decide)[:3] == [
            row["population"],
            row["attempts"],
            pytest.approx(100 * mean, abs=0.051),
        ]
        if row["attempts"]:
            assert numbers(repress) == [
                pytest.approx(row["repression"], abs=5e-4),
                row["stopped"],
                row["attempts"],
                row["successes"],
            ]
            known, failures = row["known_attempts"], row["known_stopped"]
            assert numbers(hear)[1:] == [known, row["attempts"], failures, known - failures]
        else:
            assert "nobody" in repress
        p = week_view.settings_in(run, week - 1, province)[0]
        earlier = table[(table["week"] == week - 1 - p["memory_weeks"])]
        if p["hearing"] == 0:
            earlier = earlier[earlier["province"] == name]
            assert numbers(learn)[:2] == [row["known_attempts"], earlier["known_attempts"].sum()]
        assert numbers(adjust)[:2] == [row["attempts"], p["tolerated_attempts"]]


def test_the_way_of_belief_and_repression_is_the_run_s(run):
    table = run.weekly()
    for week in range(1, run.week, 3):
        for province, name in enumerate(run.country.provinces):
            shown = week_view.week_steps(Past(run).at(week), province)
            here = table[table["province"] == name].set_index("week")
            before, after = here.loc[week - 1], here.loc[week]
            for step, column in ((shown["steps"][4], "repression"), (shown["steps"][3], "mean")):
                was, now = (
                    state[column]
                    if column == "repression"
                    else state["belief_alpha"] / (state["belief_alpha"] + state["belief_beta"])
                    for state in (before, after)
                )
                said = "rises" if now > was else "falls" if now < was else "stays|does not change"
                assert re.search(rf"\b({said})\b", step["says"])
            changed = run.changes.weeks == week
            assert ("note" in shown) == bool((changed & (run.changes.provinces == province)).any())


def test_the_readiest_category_has_the_highest_cutoff_of_that_week(run):
    for week in (0, 29, 31, 60, 80):
        still = Past(run).at(week)
        for province in still.provinces:
            best = max(province.categories, key=lambda citizens: citizens.cutoff)
            ready = week_view.readiest(run, week, province.index)
            assert ready == {"traits": ", ".join(best.traits.values()), "cutoff": best.cutoff}


def test_before_the_first_week_there_are_no_steps():
    shown = week_view.week_steps(DefectionModel(country=str(TINY), seed=1), 1)
    assert shown["steps"] == []


def test_the_rules_are_the_sentences_of_the_law():
    assert week_view.law(equations.belief_alpha) == "α = α₀ + N_R."
    assert (
        week_view.law(equations.stopped) == "How many of the attempts are stopped: Binomial(A, R)."
    )
    for name in POLICIES:
        model = DefectionModel(country=str(TINY), seed=1, weeks=1, policy=name).run()
        for step in week_view.week_steps(model, 0)["steps"]:
            for said in (step["rule"], *step["law"]):
                assert said.strip(".")
                assert not re.search(r"`|Return|uniform|inverted|\(paper", said)


MORE = {
    "two_rates": {"relaxation_rate": 0.01}, "discontent": {"discontent_response": 2.0},
    "history": {"control_target": 0.6}, "proportional": {"gain": 3.0},
}  # fmt: skip


@pytest.mark.parametrize("policy", [name for name in POLICIES if name != "stay_free"])
def test_each_policy_shows_its_rule_with_the_week_s_numbers(policy):
    """What stands left of the last sign of equality is worked out: it is what stands right of it."""
    run = DefectionModel(
        country=str(TINY), seed=3, policy=policy, interventions="week 60 tolerated_attempts=1",
        **{**LIVELY, **MORE.get(policy, {})},
    ).run()  # fmt: skip
    ways = set()
    for week in range(1, run.week + 1, 5):
        says = week_view.week_steps(Past(run).at(week), 0)["steps"][4]["says"]
        ways |= set(re.findall(r"rises|falls", says))
        formula, result = re.search(r"The rule: (.*) = (\d+\.\d+)", says).groups()
        python = formula.replace("×", "*").replace("−", "-").replace(",", "")
        worked_out = min(1.0, eval(python, {"__builtins__": {}}))
        assert worked_out == pytest.approx(float(result), abs=1e-4)
        now = run.history.states["repression"][week, 0]
        assert float(result) == pytest.approx(now, abs=10 ** -len(result.split(".")[1]))
        if policy == "discontent":
            left, right = re.search(r"to ([^=]*) = ([\d.,]+)\. ", says).groups()
            left = left.replace("×", "*").replace("−", "-").replace(",", "")
            assert eval(left, {"__builtins__": {}}) == pytest.approx(float(right), abs=0.05)
            model = Past(run).at(week - 1)
            assert f"Motivation is {model.provinces[0].discontent:.3f} times" in says
    assert ways == {"rises", "falls"}


def test_a_state_that_does_not_react_says_so():
    run = DefectionModel(country=str(TINY), seed=3, policy="stay_free", **LIVELY).run()
    says = week_view.week_steps(run, 0)["steps"][4]["says"]
    assert says == "This state does not react to what happens. Repression stays: " + (
        f"{run.provinces[0].repression:.4f}."
    )


def test_an_intervention_that_sets_repression_stands_beside_the_rule():
    run = DefectionModel(
        country=str(TINY),
        seed=3,
        weeks=52,
        interventions="week 30 initial_repression=0.5",
        **LIVELY,
    ).run()
    says = week_view.week_steps(Past(run).at(30), 0)["steps"][4]["says"]
    assert says.endswith("An intervention then puts 0.5000 in force.")
    assert "An intervention" not in week_view.week_steps(Past(run).at(31), 0)["steps"][4]["says"]


def test_with_news_circles_the_steps_are_means_of_the_circles():
    changes = {"news_circles": 3, "news_between_circles": 0.3, "interventions": CHANGES}
    run = DefectionModel(
        country=str(TINY), seed=3, **{**LIVELY, "memory_weeks": 20, **changes}
    ).run()
    for week in (1, 25, 31, 59, 62, 104):
        past = Past(run).at(week - 1)
        for province in past.provinces:
            believed = week_view.Believed.from_week(
                run,
                week_view.settings_in(run, week - 1, province.index)[0],
                week - 1,
                province.index,
            )
            beliefs = [one.belief for one in province.circles]
            assert believed.alphas.tolist() == [one.alpha for one in beliefs]
            assert believed.betas.tolist() == [one.beta for one in beliefs]
            means = sorted(one.mean for one in beliefs)
            chances = believed.chances(week_view.readiest(run, week - 1, province.index)["cutoff"])
            steps = week_view.week_steps(Past(run).at(week), province.index)["steps"]
            says = steps[0]["says"]
            if f"{100 * means[0]:.1f}" != f"{100 * means[-1]:.1f}":
                assert (
                    f"({100 * means[0]:.1f} to {100 * means[-1]:.1f} % in its 3 news circles)"
                    in says
                )
            assert f"{week_view.words.chance_words(float(chances.mean()))}, the mean of" in says
            passed = re.search(r"circle, and ([\d,]+) of them", steps[2]["says"])
            known = int(run.history.flows["known_attempts"][week - 1, province.index])
            nationwide = week > 60 and province.index == 1
            assert bool(passed) == (known > 0 and not nationwide)
            assert not passed or 0 <= int(passed[1]) <= known

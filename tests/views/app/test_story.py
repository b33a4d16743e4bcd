"""Every sentence of what happened is true of its run: checked against the tables, for many runs and presets."""

from __future__ import annotations

import functools
import re

import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import RootScale, Target
from defection.country import load
from defection.views.app.lesson import lessons
from defection.views.app.story import NEARLY_ALL, Story, replay
from defection.views.app.words import percent
from tests.baseline import baseline
from tests.conftest import BURSTING, LIVELY, TINY

LAND = load("north_korea")
RUNS = {
    **{f"preset {n}": (n - 1, dict(LAND.presets[n].changes)) for n in (2, 3, 5, 6, 7)},
    "bursting": (3, BURSTING),
    "runaway": (5, {"adjustment_rate": 0.0007}),
    "nobody": (1, {"utility_slope": 0.0, "weeks": 156}),
    "short": (1, {"weeks": 75}),
    "interventions": (4, {"interventions": "2010 initial_repression=1; 1999 memory_weeks=200"}),
    **{f"tiny {seed}": (seed, {**LIVELY, "country": str(TINY)}) for seed in (1, 2)},
    "tiny stops": (5, {**LIVELY, "stop_threshold": 226, "country": str(TINY)}),
}


@functools.cache
def shown_of(name: str) -> tuple[Story, dict, pd.DataFrame]:
    """Return what is said of a run, and its weekly table."""
    seed, changes = RUNS[name]
    model = DefectionModel(seed=seed, **own(changes)).run()
    story = Story(model, replay(model))
    return story, story.shown(), model.weekly()


def own(changes: dict) -> dict:
    """Return the arguments of a run: of North Korea all parameters, those of the baseline."""
    how = {name: changes[name] for name in ("weeks", "country") if name in changes}
    rest = {name: value for name, value in changes.items() if name not in how}
    return {**how, **baseline(**rest)}


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def week_of(text: str) -> tuple[int, int]:
    found = re.search(r"week (\d+) \((\d{4})\)", text)
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("name", RUNS)
def test_how_many(name):
    _, shown, table = shown_of(name)
    said = shown["sentences"][0]
    last = table.iloc[-1]
    assert said.startswith(
        f"From week 0 ({table['year'].iloc[0]}) to week {last['week']} ({last['year']}) "
    )
    attempts, successes = table["attempts"].sum(), table["successes"].sum()
    if not attempts:
        assert said.endswith("nobody attempted to leave.")
    elif not successes:
        assert said.endswith(f"{attempts:,} attempts were made, and none of them succeeded.")
    else:
        assert (
            f"{attempts:,} attempts were made, and {successes:,} of them succeeded ({percent(successes / attempts)})."
            in said
        )


@pytest.mark.parametrize("name", RUNS)
def test_when(name):
    story, shown, table = shown_of(name)
    said, weekly = shown["sentences"][1], table.groupby("week")["attempts"].sum()
    years = table[["week", "year"]].drop_duplicates().set_index("week")["year"]
    if story.model.stopped_early:
        limit = story.model.parameters.stop_threshold
        assert week_of(said) == (weekly.index[-1], years.iloc[-1])
        expected = [weekly.index[-1], years.iloc[-1], weekly.iloc[-1], limit]
        expected += [weekly.iloc[-53]] if len(weekly) > 52 else []
        assert numbers(said) == expected
        assert (weekly.iloc[:-1] <= limit).all()
        assert weekly.iloc[-1] > limit
    elif weekly.max() == 0:
        assert said == "No week differed from another."
    else:
        week, year = week_of(said)
        assert (years[week], weekly[week]) == (year, weekly.max())
        assert f": {weekly.max():,}." in said
        found = re.search(
            r"than in (\d{4}): ([\d,]+)(?: \(observed: ([\d,]+)\))?", said.split("In no year")[-1]
        )
        yearly = table.groupby("year").agg({"successes": "sum", "week": "nunique"})
        whole = yearly[yearly["week"] == 52]["successes"]
        if whole.max() > 0:
            assert whole[int(found[1])] == whole.max() == int(found[2].replace(",", ""))
            observed = {y: count for y, count, _ in story.country.observed}
            assert found[3] == (
                f"{observed[int(found[1])]:,}" if int(found[1]) in observed else None
            )
        else:
            assert "In no year" not in said


@pytest.mark.parametrize("name", RUNS)
def test_where_and_who(name):
    story, shown, table = shown_of(name)
    said = shown["sentences"][2]
    part = table[table["week"] == table["week"].max()] if story.model.stopped_early else table
    by_province = part.groupby("province", observed=True)["attempts"].sum()
    if not by_province.sum():
        assert said == "There is no province to name."
        return
    top = by_province.idxmax()
    share = by_province.max() / by_province.sum()
    last = table[table["week"] == table["week"].max()].set_index("province")["population"]
    lives = percent(last[top] / last.sum())
    assert str(top) in said
    assert percent(share).lower() in said.lower()
    assert f"{lives} of the people" in said
    assert said.startswith("No province") == (share < NEARLY_ALL)
    assert ("of that week" in said) == story.model.stopped_early
    name_of, value, mine, people = story.groups[0]
    assert f"of {name_of} {value}" in said
    again = (
        DefectionModel(seed=RUNS[name][0], record_categories=True, **own(RUNS[name][1])).run()
        if "tiny" in name
        else None
    )
    if again:
        attempts = again.history.category_attempts.sum(axis=0).reshape(story.country.shares.shape)
        here = np.array(
            [
                traits[list(story.country.dimensions).index(name_of)] == value
                for traits in story.country.traits
            ]
        )
        assert mine == pytest.approx(attempts[:, here].sum() / attempts.sum())
        assert people == pytest.approx(story.country.shares[:, here].sum())
    assert mine - people == max(group[2] - group[3] for group in story.groups)


@pytest.mark.parametrize("name", RUNS)
def test_totals_and_score(name):
    story, shown, table = shown_of(name)
    rows = {row[0].split(" ")[0]: row[1:] for row in shown["rows"]}
    assert rows["attempts"][0] == f"{table['attempts'].sum():,}"
    assert rows["stopped"][0] == f"{table['stopped'].sum():,}"
    observed = {year: count for year, count, _ in story.country.observed}
    if not observed:
        assert story.score is None
        assert rows["successes"][0] == f"{table['successes'].sum():,}"
        return
    weeks = RUNS[name][1].get("weeks")
    data = run_ensemble(
        story.model.parameters, story.model.seed, weeks=weeks, country=story.country
    )
    target = Target.from_country(story.country)
    target = target.part(target.years[0], story.country.years[story.model.weeks // 52 - 1])
    runs = pd.DataFrame(
        {
            "weeks_run": data["weeks_run"],
            **{f"successes_{y}": data["yearly_successes"].sel(year=y) for y in target.years},
        }
    )
    assert story.score == pytest.approx(RootScale()(runs, target)["score"].iloc[0])
    assert rows["score"][0] == f"{story.score:.1f}"
    whole = [
        year for year, weeks_of in table.groupby("year")["week"].nunique().items() if weeks_of == 52
    ]
    ours = table[table["year"].isin(whole)]["successes"].sum()
    whom = " arrivals" if story.country.paper else ""  # a country may say whom it counts
    assert rows["successes"] == [f"{ours:,}", f"{sum(observed[y] for y in whole):,}{whom}"]


@pytest.mark.parametrize("name", RUNS)
def test_artefacts_are_named_where_they_are_and_nowhere_else(name):
    story, shown, table = shown_of(name)
    weekly = table.groupby("week")["attempts"].sum().to_numpy()
    said = {text.split(" ")[1]: text for text in shown["artefacts"]}
    first = weekly[0] >= 3 * weekly.mean() > 0
    assert ("first" in said) == first
    if first:
        assert numbers(said["first"]) == [
            weekly[0],
            pytest.approx(weekly[0] / weekly.mean(), abs=0.5),
        ]
    memory = story.model.parameters.memory_weeks
    rise = said.get("rise")
    if 52 <= memory <= len(weekly) - 52 and "memory" not in str(RUNS[name][1].get("interventions")):
        land, parameters = story.country, story.model.parameters.replace(memory_weeks=10**6)
        data = run_ensemble(
            parameters,
            story.model.seed,
            record="weekly_by_province",
            country=land,
            weeks=story.model.weeks,
        )
        forever = data["weekly_attempts_by_province"][0].sum("province").to_numpy()
        steps = [
            one[memory : memory + 52].sum() / max(1, one[memory - 52 : memory].sum())
            for one in (weekly, forever)
        ]
        assert bool(rise) == (steps[0] >= 1.5 > steps[1])
        if rise:
            assert numbers(rise) == [
                story.country.year_of(memory),
                memory,
                52,
                pytest.approx(steps[0], abs=0.051),
                52,
                pytest.approx(steps[1], abs=0.051),
            ]
    else:
        assert not rise
    assert (
        any("missing, not zero" in text for text in shown["artefacts"]) == story.model.stopped_early
    )
    assert (
        any("arrivals in South Korea" in text for text in shown["artefacts"]) == story.country.paper
    )
    high = any("high status" in text for text in shown["artefacts"])
    shares = {(d, v): share for d, v, share, _ in story.groups}
    assert high == (
        shares.get(("status", "high"), 0) >= NEARLY_ALL and story.groups[0][0] == "status"
    )


def test_what_to_try_next_names_lessons_that_there_are():
    found = {lesson for name in RUNS for _, lesson in shown_of(name)[1]["next"]}
    assert found <= {*lessons(), ""}
    assert {"chance", "forgetting", "state", "fit", "famine"} <= found


def test_a_famine_without_an_effect_is_not_to_be_taken_away():
    for effect in (0.0, 0.44):
        steps = Story(
            DefectionModel(seed=1, weeks=20, **baseline(famine_effect=effect)).run()
        ).next_steps()
        assert ("famine" in [lesson for _, lesson in steps]) == bool(effect)


def test_what_was_changed_in_mid_run_is_said_and_what_to_try_follows_it():
    _, shown, _ = shown_of("interventions")
    said = shown["sentences"][3]
    assert said.startswith("Changed in mid-run: initial repression 1.0, from week 936 (2010) on; ")
    assert said.endswith("memory weeks 200, from week 364 (1999) on.")
    assert any("without its changes" in text for text, _ in shown["next"])
    assert "famine" not in {lesson for _, lesson in shown["next"]}
    text = "week 6 initial_repression=1; week 6 adjustment_rate=0; week 50 memory_weeks=3"
    story = Story(DefectionModel(seed=1, weeks=20, **baseline(interventions=text)).run())
    assert story.changed == "Changed in mid-run: every attempt is stopped, from week 6 (1992) on."
    assert len(shown_of("short")[1]["sentences"]) == 3


def test_without_the_run_made_again_nothing_is_said_of_who():
    model = DefectionModel(seed=1, weeks=20, **baseline()).run()
    story = Story(model)
    assert story.who() == ""
    assert story.forgotten is None
    assert story.shown()["sentences"][2] == story.where()


def test_who_left_is_compared_with_the_people_of_the_years_where_shares_are_dated():
    model = DefectionModel(seed=3, weeks=312, **baseline(dated_shares=1.0, **BURSTING)).run()
    groups = {value: people for _, value, _, people in Story(model, replay(model)).groups}
    secondary = LAND.categories()["sector"].to_numpy() == "secondary"
    years = [LAND.head_counts(week, 1.0) for week in range(0, model.week, 52)]
    expected = sum(one[secondary].sum() for one in years) / sum(one.sum() for one in years)
    assert groups["secondary"] == pytest.approx(expected)
    assert abs(expected - LAND.shares.ravel()[secondary].sum()) > 0.05

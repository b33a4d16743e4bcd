"""The law gives what it gave before the house was rebuilt, to the byte, in both engines."""

from __future__ import annotations

import pytest

from tests.golden import by_agents, compiled, kept

RUNS = kept()
SHORT = [
    run
    for run in RUNS
    if run["country"] == "two_provinces" or run["weeks"] <= 130 or "hearing" in run["name"]
]


def test_the_golden_runs_touch_two_countries_and_early_stops():
    assert len(RUNS) >= 40
    assert {run["country"] for run in RUNS} == {"north_korea", "two_provinces"}
    assert sum(run["weeks_run"] < run["weeks"] for run in RUNS) >= 3
    assert sum(sum(run["successes"]) > 0 for run in RUNS) >= 40


def expected(run):
    return {name: run[name] for name in ("weeks_run", "flows", "states", "categories", "successes")}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run["name"])
def test_the_compiled_engine_gives_the_golden_run(run):
    assert compiled(run) == expected(run)


@pytest.mark.parametrize("run", SHORT, ids=lambda run: run["name"])
def test_the_agents_give_the_golden_run(run):
    assert by_agents(run) == expected(run)

"""What findings stand on: shipped facts, places, runs that can be repeated; arithmetic of the slips."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.searches import SearchError, run_seed
from defection.batch_runs.sensitivity import ImportanceError
from defection.replication import Evidence, every
from defection.replication import errata as slips
from defection.replication.measured import measured
from defection.replication.observed import FACTS, fact, paper_point
from defection.replication.points import MARGIN, places, winners
from defection.replication.runs import table_of
from tests.conftest import ROOT


def test_the_women_are_those_of_the_sources():
    source = pd.read_csv(ROOT / "scripts" / "sources" / "arrivals_sk.csv").set_index("year")
    known = fact("women")
    for row in known[known["first_year"] > 1998].itertuples():
        here = source.loc[row.first_year : row.last_year]
        assert (here["male_mou"].sum(), here["female_mou"].sum()) == (row.men, row.women), (
            row.first_year
        )


def test_every_column_of_the_facts_has_its_source():
    said = (FACTS / "SOURCES.md").read_text(encoding="utf-8")
    for file in FACTS.glob("*.csv"):
        assert f"`{file.name}`" in said
        for column in file.read_text(encoding="utf-8").splitlines()[0].split(","):
            assert f"`{column}`" in said, f"{file.name}: {column}"


def test_the_paper_s_values_lie_where_the_paper_says(north_korea):
    point = paper_point()
    assert (
        point.famine_effect,
        point.memory_weeks,
        point.observation_probability,
        point.tolerated_attempts,
    ) == (0.84, 380, 0.5, 180)
    assert abs(point.prior_alpha - 26 - 0.66 * point.prior_beta) < 2 * 4.01
    assert set(fact("origins")["province"]) < set(north_korea.provinces)


def test_places_are_the_best_winners_then_the_defaults_and_the_paper_s():
    found, scores = places(), winners()["score"]
    good = [place for place in found if place.good]
    assert len(good) == int((scores <= scores.min() + MARGIN).sum()) >= 2
    assert [place.number for place in found] == list(range(len(found)))
    assert [place.name for place in found[len(good) :]] == ["the defaults", "the paper's values"]
    assert found[-2].parameters == Parameters()


def test_a_run_is_repeated_from_its_id():
    evidence = Evidence(3, threads=1)
    data = evidence.yearly(evidence.best)
    again = run_ensemble(
        places()[0].parameters,
        [run_seed(evidence.root, 0, replicate) for replicate in range(3)],
        threads=1,
    )
    assert (again["yearly_successes"] == data["yearly_successes"]).all()
    changed = evidence.yearly(evidence.best, famine_years="none")
    assert (changed["seed"] == data["seed"]).all()
    assert [row["ids"] for row in evidence.made] == ["0-0 to 0-2"] * 2
    one = evidence.one(evidence.best, 2)["weekly_successes_by_province"].sum()
    assert int(one) == int(data["yearly_successes"].isel(run=2).sum())
    assert (
        table_of(data)["successes_2000"].tolist()
        == data["yearly_successes"].sel(year=2000).to_numpy().tolist()
    )


@pytest.mark.parametrize("runs", [2, 0, True, 3.0])
def test_too_few_runs_are_refused(runs):
    with pytest.raises(SearchError, match="at least 3"):
        Evidence(runs)


def test_the_slips_are_computed(north_korea):
    told = slips.table(north_korea).set_index("slip")["what follows"]
    assert told["a year of adjustment"].startswith(f"{1.0005**52 - 1:.1%}")
    assert "2.6%" in told["a year of adjustment"]
    assert told["arrivals of 2006"].startswith("2,028")
    assert "29,638: 574 fewer" in told["the total of Table 1"]
    assert "0.055% a week" in told["the fall of repression"]
    assert "17,4" in told["shares of the people"]
    beta = 26 / (0.47 / 0.53 - 0.66)
    assert (26 + 0.66 * beta) / (26 + 0.66 * beta + beta) == pytest.approx(0.47)
    assert f"β₀ = {beta:.0f}" in told["α₀ and β₀"]


def test_measured_tables_are_shipped_and_others_named():
    assert {"outcome", "method", "parameter", "value"} <= set(measured("importance").columns)
    with pytest.raises(ImportanceError, match="did you mean scenarios"):
        measured("scenario")


def test_every_finding_says_its_verdict_its_rule_and_what_is_behind_it():
    evidence = Evidence(3, quick=True, threads=1)
    found = every(evidence)
    names = [one.name for one in found]
    assert len(set(names)) == len(names) == 16
    files = [name for one in found for name in one.tables]
    assert len(set(files)) == len(files)
    for one in found:
        assert one.verdict in ("reproduced", "not reproduced", "undecided", "shown"), one.name
        assert one.rule, one.name
        assert one.behind, one.name
        assert "nan" not in one.ours, one.name
        assert all(len(table) for table in one.tables.values()), one.name
    by_name = {one.name: one for one in found}
    assert (
        by_name["fall"].verdict == by_name["women"].verdict == "undecided"
    )  # three runs decide nothing
    years = by_name["follows"].tables["follows_years"]
    assert years["share_of_squared_error"].sum() == pytest.approx(1)
    assert np.array_equal(years["record"], [row[1] for row in evidence.country.observed])


def test_the_best_region_is_the_one_with_the_lowest_score_on_fresh_seeds():
    known = winners()
    assert known["score"].is_monotonic_increasing
    assert places()[0].name == known.iloc[0]["name"]
    assert (
        places()[0].parameters != Parameters()
    )  # the defaults are rounded, and not the best that is known

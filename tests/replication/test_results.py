"""Results declare what they need; what they stand on can be repeated; each says its verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs import inputs, run_ensemble
from defection.batch_runs.prepared import Prepared
from defection.batch_runs.records import Records
from defection.batch_runs.searches import SearchError
from defection.golden import reads_circles
from defection.replication import PAGE, RESULTS, Computed, Kept, ReplicationError, Runs, every
from defection.replication import errata as errata_of
from defection.replication.kept import read_table, text_of
from defection.replication.points import MARGIN, paper_point, points, winners
from defection.replication.registry import counts, decided, result_named, verdicts
from defection.replication.reported import PUBLISHED, published
from defection.replication.runs import table_of
from defection.replication.seeds import run_seed
from tests.conftest import ROOT

SHOWN = {
    "figure_1",
    "figure_2",
    "figure_2_sensitivity",
    "figure_4",
    "figure_5",
    "readings",
    "errata",
}


@pytest.fixture(scope="module")
def prepared() -> list[Parameters]:
    """Return the list of the points of all runs that ``computed`` makes."""
    return []


@pytest.fixture(scope="module")
def computed(prepared) -> list[Computed]:
    def noted(runs: inputs.Runs, records: Records) -> Prepared:
        prepared.extend(runs.parameters)
        return from_runs(runs, records)

    from_runs = Prepared.from_runs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "from_runs", noted)
        return every(Runs(3, quick=True, threads=1))


def test_no_result_of_the_page_runs_several_circles(computed, prepared):
    assert len(prepared) > 100
    assert not any(one.result.circles for one in computed)
    assert not any(map(reads_circles, prepared))


def test_every_result_stands_after_what_it_needs_and_is_one_file():
    names = list(RESULTS)
    assert len(set(names)) == len(names)
    for place, result in enumerate(RESULTS.values()):
        assert set(result.needs) <= set(names[:place]), result.name
    for result in PAGE:
        assert (ROOT / "replication" / f"{result.name}.py").exists()
        assert result.paper, result.name
        assert result.rule, result.name


def test_an_unknown_result_is_refused_with_the_nearest():
    with pytest.raises(ReplicationError, match="did you mean decline"):
        result_named("declin")
    with pytest.raises(ReplicationError, match="no result 'nothing' is kept"):
        Kept().tables("nothing")


def test_every_result_says_its_verdict_and_its_sources(computed):
    files = [name for one in computed for name in one.tables]
    assert len(set(files)) == len(files)
    for one in computed:
        known = (
            ("shown",)
            if one.result.name in SHOWN
            else ("reproduced", "not reproduced", "undecided")
        )
        assert one.judgement.verdict in known, one.result.name
        assert "nan" not in one.judgement.here, one.result.name
        assert one.sources or one.result.name == "errata"
        assert all(len(table) for table in one.tables.values()), one.result.name
    by_name = {one.result.name: one for one in computed}
    for name in ("decline", "who_leaves", "learning"):
        assert by_name[name].judgement.verdict == "undecided"  # three runs decide nothing
    years = by_name["fit"].tables["fit_years"]
    assert years["share_of_squared_error"].sum() == pytest.approx(1)
    observed = [row[1] for row in Runs(3).country.observed]
    assert np.array_equal(years["observed"], observed)
    assert "runs 0-0 to 0-2 (region 1, famine_years = none)" in by_name["mechanisms"].sources


def test_verdicts_follow_from_tables_as_they_are_read_back(computed, tmp_path):
    for one in computed:
        again = {}
        for name, table in one.tables.items():
            file = tmp_path / f"{name}.csv"
            text = text_of(table)
            if text is None:
                assert name == "figure_5_weekly"
                continue
            file.write_text(text, encoding="utf-8")
            again[name] = read_table(file)
            assert text_of(again[name]) == text, name
        assert one.result.judge(again) == one.judgement, one.result.name


def test_kept_verdicts_are_thirty_one_and_follow_from_kept_tables():
    kept = Kept()
    found = [(one.name, one.judge(kept.tables(one.name))) for one in PAGE]
    rows = verdicts(found)
    stored = kept.tables("verdicts")["verdicts"]
    assert text_of(rows) == text_of(stored)
    said = decided(rows)["verdict"]
    assert counts(said) == "31 verdicts: 7 reproduced, 17 not reproduced, 7 undecided."


def test_the_women_are_those_of_the_sources():
    source = pd.read_csv(ROOT / "scripts" / "sources" / "arrivals_sk.csv").set_index("year")
    women = published("women")
    for row in women[women["first_year"] > 1998].itertuples():
        here = source.loc[row.first_year : row.last_year]
        sums = (here["male_mou"].sum(), here["female_mou"].sum())
        assert sums == (row.men, row.women), row.first_year


def test_every_column_of_the_published_tables_has_its_source():
    said = (PUBLISHED / "SOURCES.md").read_text(encoding="utf-8")
    for file in PUBLISHED.glob("*.csv"):
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
    assert set(published("origins")["province"]) < set(north_korea.provinces)


def test_points_are_the_best_winners_then_the_defaults_and_the_paper_s():
    found, table = points(), winners()
    good = [point for point in found if point.good]
    assert table["score"].is_monotonic_increasing
    assert len(good) == int((table["score"] <= table["score"].min() + MARGIN).sum()) >= 2
    assert [point.number for point in found] == list(range(len(found)))
    assert [point.name for point in found[len(good) :]] == ["the baseline", "the paper's values"]
    assert found[0].name == table["name"].iloc[0]
    assert found[-2].parameters == Parameters()
    assert found[0].parameters != Parameters()  # the baseline are rounded


def test_a_run_is_repeated_from_its_id():
    runs = Runs(3, threads=1)
    data = runs.yearly(runs.best)
    seeds = [run_seed(runs.root, 0, replicate) for replicate in range(3)]
    again = run_ensemble(points()[0].parameters, seeds, threads=1)
    assert (again["yearly_successes"] == data["yearly_successes"]).all()
    changed = runs.yearly(runs.best, famine_years="none")
    assert (changed["seed"] == data["seed"]).all()
    assert [row["ids"] for row in runs.made] == ["0-0 to 0-2"] * 2
    one = runs.one(runs.best, 2)["weekly_successes_by_province"].sum()
    assert int(one) == int(data["yearly_successes"].isel(run=2).sum())
    counts_of_2000 = data["yearly_successes"].sel(year=2000).to_numpy().tolist()
    assert table_of(data)["successes_2000"].tolist() == counts_of_2000


@pytest.mark.parametrize("runs", [2, -1, True, 3.0])
def test_too_few_runs_are_refused(runs):
    with pytest.raises(SearchError, match="at least 3"):
        Runs(runs)


def test_the_errata_are_computed(north_korea):
    found = errata_of.errata(north_korea).set_index("mistake")["what follows"]
    assert found["a year of adjustment"].startswith(f"{1.0005**52 - 1:.1%}")
    assert "2.6%" in found["a year of adjustment"]
    assert found["arrivals of 2006"].startswith("2,028")
    assert "29,638: 574 fewer" in found["the total of Table 1"]
    assert "0.055% a week" in found["the decline of repression"]
    assert "17,4" in found["shares of the people"]
    beta = 26 / (0.47 / 0.53 - 0.66)
    assert (26 + 0.66 * beta) / (26 + 0.66 * beta + beta) == pytest.approx(0.47)
    assert f"β₀ = {beta:.0f}" in found["α₀ and β₀"]

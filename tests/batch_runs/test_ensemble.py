"""What an ensemble takes, keeps, reports and refuses."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from defection import ParameterError, Parameters, SeedError
from defection.batch_runs import EnsembleError, RecordError, run_ensemble, stream_ensemble
from defection.country import CountryError
from tests.conftest import LIVELY


@pytest.fixture
def ensemble(tiny):
    """Run an ensemble of the tiny country."""

    def run(parameters=LIVELY, seeds=range(6), **settings):
        return run_ensemble(parameters, seeds, **{"country": tiny, **settings})

    return run


def test_parameters_may_be_given_in_every_shape(ensemble):
    effects = [0.1, 0.2, 0.3]
    expected = ensemble([{**LIVELY, "famine_effect": e} for e in effects], [1, 2, 3])
    for parameters in (
        [Parameters(**{**LIVELY, "famine_effect": e}) for e in effects],
        {**LIVELY, "famine_effect": effects},
        {**LIVELY, "famine_effect": np.array(effects)},
        pd.DataFrame({name: [value] * 3 for name, value in LIVELY.items()}).assign(
            famine_effect=effects
        ),
    ):
        assert ensemble(parameters, [1, 2, 3]).equals(expected)


def test_what_varies_is_a_coordinate_and_what_does_not_an_attribute(ensemble):
    data = ensemble({**LIVELY, "famine_effect": [0.1, 0.2]}, [5, 6])
    assert data["famine_effect"].to_numpy().tolist() == [0.1, 0.2]
    assert data["seed"].to_numpy().tolist() == [5, 6]
    assert data.attrs["memory_weeks"] == LIVELY["memory_weeks"]
    assert data.attrs["hearing"] == "province"


def test_counts_stay_whole_numbers_and_columns_say_their_unit(ensemble):
    data = ensemble(record=["yearly", "weekly_by_province", "by_age"])
    for name in data.data_vars:
        assert data[name].dtype.kind == "i", name
        assert data[name].attrs["units"].startswith("attempts per")


def test_one_seed_for_all_shares_the_luck(ensemble):
    data = ensemble(
        {**LIVELY, "observation_probability": [0.0, 0.1, 0.5]}, 4, record="weekly_by_province"
    )
    first = data["weekly_attempts_by_province"].isel(week=0)
    assert (first.sel(run=0) == first.sel(run=2)).all()


def test_groups_of_categories_add_up_to_all_attempts(ensemble):
    data = ensemble(record=["yearly", "by_age", "by_gender", "by_category"])
    for grouping in ("age", "gender", "category"):
        assert (
            data[f"yearly_attempts_by_{grouping}"].sum(grouping) == data["yearly_attempts"]
        ).all()
    assert data["age"].to_numpy().tolist() == ["young", "old"]
    assert data.sizes["category"] == 8
    young = (
        data["yearly_attempts_by_category"]
        .sel(category=[c for c in data["category"].to_numpy() if "/young/" in c])
        .sum("category")
    )
    assert (young == data["yearly_attempts_by_age"].sel(age="young")).all()


def test_provinces_add_up_to_the_country(ensemble):
    data = ensemble(record=["yearly", "yearly_by_province", "weekly_by_province"])
    assert (data["yearly_successes_by_province"].sum("province") == data["yearly_successes"]).all()
    assert (
        data["weekly_successes_by_province"].sum(["province", "week"])
        == data["yearly_successes"].sum("year")
    ).all()


def test_the_bar_and_the_callback_are_told_the_runs_done(ensemble, capfd):
    reported = []
    ensemble(seeds=range(40), progress=lambda done, total: reported.append((done, total)))
    assert reported[0] == (0, 40)
    assert reported[-1] == (40, 40)
    assert [done for done, _ in reported] == sorted(done for done, _ in reported)
    ensemble(seeds=range(40), progress=True)
    assert "runs/s" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("parameters", "seeds", "settings", "error", "words"),
    [
        (LIVELY, [], {}, EnsembleError, "the ensemble is empty: there are no seeds"),
        ([], [1], {}, EnsembleError, "the ensemble is empty: there are no parameters"),
        ({"famine_effect": []}, [1], {}, EnsembleError, "the ensemble is empty: there are no parameters"),
        ([{}, {}], [1, 2, 3], {}, EnsembleError, "differing lengths: 2 parameters, 3 seeds, 1 countries; give one for all runs or one for each"),
        ({"famine_effect": [1, 2], "memory_weeks": [1, 2, 3]}, 1, {}, EnsembleError, "2 values of famine_effect, 3 values of memory_weeks; cross=True runs every combination"),
        ({"famin_effect": [1, 2]}, 1, {}, ParameterError, "did you mean famine_effect"),
        ([{}, {"memory_weeks": 0}], 1, {}, ParameterError, "run 1: memory_weeks = 0 is out of range"),
        (7, 1, {}, EnsembleError, "not int"),
        ([3], 1, {}, EnsembleError, "run 0: parameters must be Parameters or a mapping, not int"),
        (LIVELY, [1, -2], {}, SeedError, "at least 0, not -2"),
        (LIVELY, None, {}, EnsembleError, "give seeds"),
        (LIVELY, 1, {"record": "yeraly"}, RecordError, "did you mean yearly"),
        (LIVELY, 1, {"record": "by_sector"}, RecordError, "by_gender"),
        (LIVELY, 1, {"record": []}, RecordError, "record at least one of"),
        (LIVELY, 1, {"record": None}, RecordError, "record must be a name or a list of names, not None"),
        (LIVELY, [1.5], {}, SeedError, "whole number"),
        ({"famine_effect": 10**400}, 1, {}, ParameterError, "must be finite"),
        (LIVELY, 1, {"weeks": 105}, ParameterError, "from 1 to 104"),
        (LIVELY, 1, {"threads": 0}, ValueError, "threads = 0 must be"),
        ({"famine_years": "1900-1901"}, 1, {}, ParameterError, "lies outside the data"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(ensemble, parameters, seeds, settings, error, words):
    with pytest.raises(error) as refusal:
        ensemble(parameters, seeds, **settings)
    assert words in str(refusal.value)


def test_numbers_of_numpy_do_where_numbers_are_asked_for(ensemble):
    expected = ensemble(seeds=5, weeks=60)
    assert ensemble(seeds=np.array(5), weeks=np.int64(60), threads=np.int32(2)).equals(expected)
    assert ensemble(
        {**LIVELY, "famine_effect": np.array(LIVELY["famine_effect"])}, 5, weeks=60
    ).equals(expected)


def test_an_absurd_number_of_runs_is_refused_at_once():
    with pytest.raises(RecordError, match="GB allowed"):
        run_ensemble({}, range(10**12))


def test_a_seed_repeated_by_mistake_is_warned_of(ensemble):
    with pytest.warns(UserWarning, match="seed 2 stands more than once with the same parameters"):
        ensemble(seeds=[1, 2, 2])


def test_the_same_seed_with_other_parameters_is_no_mistake(ensemble):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = ensemble({**LIVELY, "famine_effect": [0.1, 0.2]}, [2, 2])
    assert data["seed"].to_numpy().tolist() == [2, 2]


def test_crossed_every_set_of_values_runs_with_every_seed(ensemble):
    values = {"memory_weeks": [10, 20, 30], "famine_effect": [0.1, 0.2]}
    data = ensemble({**LIVELY, **values}, range(3, 5), cross=True, weeks=60)
    rows = list(itertools.product(*values.values(), (3, 4)))
    coordinates = [*values, "seed"]
    assert list(zip(*(data[name].to_numpy() for name in coordinates), strict=True)) == rows
    points = [{**LIVELY, "memory_weeks": m, "famine_effect": e} for m, e, _ in rows]
    assert ensemble(points, [seed for *_, seed in rows], weeks=60).equals(data)
    folded = data["yearly_attempts"].set_index(run=coordinates).unstack("run")  # noqa: PD010
    assert dict(folded.sizes) == {"year": 2, "memory_weeks": 3, "famine_effect": 2, "seed": 2}


def test_crossed_the_rows_of_a_table_stay_together_and_meet_every_country(tiny):
    table = pd.DataFrame({"famine_effect": [0.1, 0.2], "memory_weeks": [10, 20]})
    countries = [tiny, tiny.replace(border=np.array([0.0, 0.5]))]
    data = run_ensemble(table, [1, 2, 3], cross=True, country=countries, weeks=1)
    assert data["memory_weeks"].to_numpy().tolist() == [10] * 6 + [20] * 6
    assert data["famine_effect"].to_numpy().tolist() == [0.1] * 6 + [0.2] * 6
    assert data["seed"].to_numpy().tolist() == [1, 2, 3] * 4
    assert (
        data["data"].to_numpy().tolist()
        == [one.fingerprint for one in countries for _ in "123"] * 2
    )


def test_batches_put_together_are_the_ensemble_where_a_batch_has_one_value_alone(tiny):
    how = {"cross": True, "country": [tiny, tiny.replace(border=np.zeros(2))], "weeks": 1}
    values = {"famine_effect": [0.1, 0.2]}
    joined = xr.concat(list(stream_ensemble(values, range(3), batch=3, **how)), "run")
    xr.testing.assert_identical(joined, run_ensemble(values, range(3), **how))


def test_the_call_that_a_refusal_spells_out_runs_every_combination(tiny):
    with pytest.raises(EnsembleError) as refusal:
        run_ensemble({"famine_effect": [0, 1]}, seeds=range(50))
    call = str(refusal.value).partition("combination: ")[2]
    assert call == "run_ensemble({'famine_effect': [0, 1]}, seeds=range(0, 50), cross=True)"
    data = eval(call.replace("cross", "weeks=1, country=tiny, cross"))
    assert data.sizes["run"] == 100
    table = pd.DataFrame({"famine_effect": [0.1, 0.2]})
    with pytest.raises(
        EnsembleError, match=r"run_ensemble\(parameters, seeds=seeds, cross=True\)$"
    ):
        run_ensemble(table, list(range(50)))


def test_countries_of_other_shapes_do_not_mix(tiny):
    with pytest.raises(CountryError, match="run them as two ensembles"):
        run_ensemble({}, 1, country=[tiny, "north_korea"])


def test_memory_is_known_before_and_refused_with_the_streaming_way(ensemble):
    with pytest.raises(RecordError, match=r"stream_ensemble\(\.\.\., batch=\d+\)"):
        ensemble(seeds=range(1000), record="states_by_province", memory_limit=10**5)
    with pytest.raises(RecordError, match="GB allowed"):
        run_ensemble({}, range(10**6), record="states_by_province")


def test_the_batch_that_the_refusal_names_fits(ensemble, tiny):
    limit = 2 * 10**5
    with pytest.raises(RecordError) as refusal:
        ensemble(seeds=range(1000), record="states_by_province", memory_limit=limit)
    batch = int(str(refusal.value).split("batch=")[1].split(")")[0])
    batches = stream_ensemble(
        LIVELY,
        range(1000),
        record="states_by_province",
        country=tiny,
        memory_limit=limit,
        batch=batch,
    )
    assert next(batches).sizes["run"] == batch


def test_an_error_in_a_thread_reaches_the_caller(ensemble, monkeypatch):
    import defection.batch_runs.prepared as module

    def broken(*_):
        raise OSError("broken")

    monkeypatch.setattr(module, "simulate_many", broken)
    with pytest.raises(OSError, match="broken"):
        ensemble()
    assert threading.active_count() < 10


def test_an_interrupted_callback_ends_all_threads_at_once(tiny):
    before = threading.active_count()

    def interrupt(done, total):
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ensemble({}, range(2000), progress=interrupt)
    assert threading.active_count() == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_returns_at_once():
    code = "from defection.batch_runs import run_ensemble; print('go', flush=True); run_ensemble({}, range(100_000), progress=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    said = ""
    while "runs/s" not in said or "0/100000" in said[-80:]:
        said += process.stderr.read(40)
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)  # all runs would take many minutes
    assert process.returncode != 0
    assert rest.rstrip().endswith("KeyboardInterrupt")


def test_a_table_with_a_column_twice_is_refused(ensemble):
    table = pd.DataFrame([[0.1, 0.2]], columns=["famine_effect", "famine_effect"])
    with pytest.raises(EnsembleError, match="has the column 'famine_effect' twice"):
        ensemble(table)

"""The compiled ensemble gives, to the last bit, what the agents give."""

from __future__ import annotations

import pickle

import numba
import numpy as np
import pytest

from defection import DefectionModel, Parameters
from defection.arrays import country_arrays
from defection.batch_runs import Space, run_ensemble, stream_ensemble
from defection.batch_runs.designs import Random
from defection.measures import FLOWS, STATES
from tests.conftest import BURSTING, LIVELY

EVERYTHING = [
    "yearly",
    "yearly_by_province",
    "weekly_by_province",
    "states_by_province",
    "by_category",
]


def random_triples(count, seed, base):
    """Random parameters with all readings: a third from the searched ranges, two thirds near ``base``, where much happens."""
    rng = np.random.default_rng(seed)
    wide = [
        Parameters(**point)
        for point in Random(count).table(Space.from_parameters(vary="all"), seed).to_dict("records")
    ]
    triples = []
    for k in range(count):
        readings = {
            "hearing": str(rng.choice(["province", "nationwide"])),
            "tolerated_measure": str(rng.choice(["attempts", "successes", "stopped"])),
            "economy_scale": float(rng.choice([0.01, 1.0, -0.5])),
            "famine_years": str(rng.choice(["country", "none"])),
            "stop_threshold": int(rng.choice([50, 10_000, 2_000_000_000])),
        }
        if k % 3 == 0:
            point = wide[k].replace(**readings)
        else:
            near = {
                name: value * rng.uniform(0.8, 1.25)
                if isinstance(value, float)
                else max(1, int(value * rng.uniform(0.5, 1.5)))
                for name, value in base.items()
                if name not in readings
            }
            point = Parameters(
                **{
                    **near,
                    "initial_repression": min(1.0, near.get("initial_repression", 0.8)),
                    **readings,
                }
            )
        triples.append((point, int(rng.integers(2**63))))
    return triples


def arrays(data):
    """Return what an ensemble has kept as arrays whose first axis are the runs."""
    return {
        name: data[name].to_numpy() for name in data.variables if data[name].dims[:1] == ("run",)
    }


def assert_identical(kept, run, model):
    history, weeks = model.history, model.week
    row = {name: values[run] for name, values in kept.items()}
    assert int(row["weeks_run"]) == weeks
    yearly = model.yearly()
    for flow in FLOWS:
        recorded = row[f"weekly_{flow}_by_province"]
        assert (recorded[:weeks] == history.flows[flow][:weeks]).all()
        assert (recorded[weeks:] == 0).all()
        assert (row[f"yearly_{flow}"][: len(yearly)] == yearly[flow].to_numpy()).all()
    for state in STATES:
        recorded = row[f"weekly_{state}_by_province"]
        assert recorded[:weeks].tobytes() == history.states[state][:weeks].tobytes()
        assert np.isnan(recorded[weeks:]).all()
    by_category = history.category_attempts[:weeks]
    years = [by_category[start : start + 52].sum(axis=0) for start in range(0, weeks, 52)]
    assert (row["yearly_attempts_by_category"][: len(years)] == np.array(years)).all()


def test_200_random_runs_of_north_korea_equal_those_told_by_agents(north_korea):
    triples = random_triples(200, 1, BURSTING)
    points, seeds = zip(*triples, strict=True)
    data = run_ensemble(list(points), list(seeds), record=EVERYTHING, country=north_korea, weeks=70)
    assert (data["yearly_attempts"].sum("year") > 0).mean() > 0.3
    assert 5 < int(data["stopped_early"].sum()) < 195
    kept = arrays(data)
    for run, (point, seed) in enumerate(triples):
        model = DefectionModel(
            country=north_korea, weeks=70, seed=seed, record_categories=True, **point.as_dict()
        )
        assert_identical(kept, run, model.run())


def test_200_random_runs_of_a_second_country_equal_those_told_by_agents(tiny):
    triples = random_triples(200, 2, LIVELY)
    points, seeds = zip(*triples, strict=True)
    data = run_ensemble(list(points), list(seeds), record=EVERYTHING, country=tiny)
    assert (data["yearly_attempts"].sum("year") > 0).mean() > 0.5
    assert data["stopped_early"].any()
    kept = arrays(data)
    for run, (point, seed) in enumerate(triples):
        assert_identical(
            kept,
            run,
            DefectionModel(
                country=tiny, seed=seed, record_categories=True, **point.as_dict()
            ).run(),
        )


@pytest.mark.parametrize("base", [{}, BURSTING], ids=["defaults", "bursting"])
def test_whole_runs_of_north_korea_equal_those_told_by_agents(north_korea, base):
    data = run_ensemble(
        {**base, "famine_effect": [0.837, 0.9, 0.5]},
        [1, 2, 3],
        record=EVERYTHING,
        country=north_korea,
    )
    for run, (famine_effect, seed) in enumerate([(0.837, 1), (0.9, 2), (0.5, 3)]):
        model = DefectionModel(
            country=north_korea,
            seed=seed,
            record_categories=True,
            **{**base, "famine_effect": famine_effect},
        )
        assert_identical(arrays(data), run, model.run())


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_do_not_depend_on_threads_order_or_batches(tiny, threads):
    seeds = list(range(50))
    usual = run_ensemble(LIVELY, seeds, country=tiny, threads=2)
    other = run_ensemble(LIVELY, seeds[::-1], country=tiny, threads=threads)
    batches = list(stream_ensemble(LIVELY, seeds, country=tiny, threads=threads, batch=7))
    joined = np.concatenate([batch["yearly_attempts"].to_numpy() for batch in batches])
    assert (usual["yearly_attempts"].to_numpy() == other["yearly_attempts"].to_numpy()[::-1]).all()
    assert (usual["yearly_attempts"].to_numpy() == joined).all()
    assert np.concatenate([batch["run"].to_numpy() for batch in batches]).tolist() == seeds
    assert [batch.sizes["run"] for batch in batches] == [7] * 7 + [1]


def test_country_variants_run_side_by_side(tiny):
    variants = [tiny.replace(border=np.array([0.0, weight])) for weight in (0.0, 1.0, 0.5)]
    data = run_ensemble(LIVELY, 3, country=variants, record="yearly_by_province")
    for run, variant in enumerate(variants):
        expected = (
            DefectionModel(country=variant, seed=3, **LIVELY)
            .run()
            .weekly()
            .groupby("province", observed=False)["attempts"]
            .sum()
        )
        assert (
            data["yearly_attempts_by_province"].sel(run=run).sum("year").to_numpy().tolist()
            == expected.tolist()
        )
    assert data["data"].to_numpy().tolist() == [variant.fingerprint for variant in variants]


def test_a_country_sent_to_another_process_needs_no_code_of_its_own(tiny):
    sent = pickle.loads(pickle.dumps(tiny))
    assert numba.typeof(country_arrays(sent, ("country",))) == numba.typeof(
        country_arrays(tiny, ("country",))
    )

"""The compiled ensemble gives, to the last bit, what the agents give."""

from __future__ import annotations

import inspect
import pickle

import numba
import numpy as np
import pytest

from defection import DefectionModel, Parameters
from defection.agents import CitizenCategory, Province
from defection.arrays import country_arrays
from defection.batch_runs import run_ensemble, stream_ensemble
from defection.country import load
from defection.crossings import CROSSING, sparse
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS, Parameter
from tests import drawn
from tests.conftest import BURSTING, LIVELY, TINY

EVERYTHING = [
    "yearly", "yearly_by_province", "weekly_by_province", "states_by_province", "by_category",
    "crossings",
]  # fmt: skip


def agents(point, seed, model_class=DefectionModel, **how):
    """Return a model that records everything after its run."""
    how = {"record_categories": True, "record_crossings": True, **how}
    return model_class(seed=seed, **how, **point.as_dict()).run()


def ensemble(triples, **how):
    """Return what arrays give of runs, a mapping of names to arrays for each run."""
    points, seeds, *countries = zip(*triples, strict=True)
    how |= {"country": list(countries[0])} if countries else {}
    data = run_ensemble(list(points), list(seeds), record=EVERYTHING, **how)
    kept = {
        name: data[name].to_numpy() for name in data.variables if data[name].dims[:1] == ("run",)
    }
    names = CROSSING.names
    crossings = np.stack([data[f"crossing_{name}"].to_numpy() for name in names], axis=-1)
    crossing_run = data["crossing_run"].to_numpy()
    return [
        {name: values[run] for name, values in kept.items()}
        | {"crossings": crossings[crossing_run == run].tolist()}
        for run in range(len(triples))
    ]


def assert_identical(row, model):
    history, weeks = model.history, model.week
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
    crossings = sparse(history.category_crossings[:weeks])
    assert row["crossings"] == [list(one) for one in crossings.tolist()]


@pytest.fixture(scope="module")
def drawn_runs():
    """Return 120 drawn runs of variants of the tiny country, and what arrays give of them."""
    land, rng = load(TINY), np.random.default_rng(2)
    triples = [(*run, drawn.variant(land, rng)) for run in drawn.runs(120, 2, land, LIVELY)]
    return triples, ensemble(triples)


def test_drawn_runs_of_a_small_country_and_its_variants_equal_those_of_agents(drawn_runs):
    triples, rows = drawn_runs
    assert sum(row["yearly_attempts"].sum() > 0 for row in rows) > 60
    assert 5 < sum(row["stopped_early"] for row in rows) < 80
    for (point, seed, country), row in zip(triples, rows, strict=True):
        assert_identical(row, agents(point, seed, country=country))


def test_drawn_runs_of_north_korea_equal_those_of_agents(north_korea):
    pairs = drawn.runs(100, 1, north_korea, BURSTING)
    rows = ensemble(pairs, country=north_korea, weeks=70)
    assert sum(row["yearly_attempts"].sum() > 0 for row in rows) > 30
    assert 3 < sum(row["stopped_early"] for row in rows) < 97
    for (point, seed), row in zip(pairs, rows, strict=True):
        assert_identical(row, agents(point, seed, country=north_korea, weeks=70))


@pytest.mark.parametrize("base", [{}, BURSTING], ids=["defaults", "bursting"])
def test_whole_runs_of_north_korea_equal_those_of_agents(north_korea, base):
    pairs = [(Parameters(**base), 1), (Parameters(**{**base, "famine_effect": 0.5}), 2)]
    rows = ensemble(pairs, country=north_korea)
    for (point, seed), row in zip(pairs, rows, strict=True):
        assert_identical(row, agents(point, seed, country=north_korea))


@pytest.mark.parametrize(
    "name",
    [name for name, one in PARAMETERS.items() if len(one.choices) != 1 and one.group != "journey"],
)
def test_agents_that_went_by_another_value_of_a_parameter_would_be_noticed(drawn_runs, name):
    """Each parameter, and each choice, moves something in the runs that are compared."""
    one, rng = PARAMETERS[name], np.random.default_rng(3)
    unnoticed = set(one.choices) or {"its value"}
    for (point, seed, country), row in zip(*drawn_runs, strict=True):
        here = getattr(point, name) if one.choices else "its value"
        if here in unnoticed:
            others = [choice for choice in one.choices if choice != here]
            other = rng.choice(others) if others else drawn.value(one, rng, country)
            changed = ensemble([(point.replace(**{name: other}), seed, country)])[0]
            keys = [f"weekly_{key}_by_province" for key in (*FLOWS, "repression")]
            if any(np.any(row[key] != changed[key]) for key in keys):
                unnoticed.discard(here)
    assert not unnoticed


ACTS = [
    (kind, name)
    for kind in (Province, CitizenCategory)
    for name, act in vars(kind).items()
    if inspect.isfunction(act) and not name.startswith("_") and name != "remove"
]
"""Everything that agents do in a run."""


@pytest.mark.parametrize(("kind", "name"), ACTS)
def test_a_rule_changed_in_the_agents_alone_is_noticed(drawn_runs, kind, name):
    acts = getattr(kind, name)

    def lazy(agent, *words):  # what is done must be done, and at its time
        return acts(agent, *words) if agent.index % 2 or agent.model.week < 3 else None

    changed = type(kind.__name__, (kind,), {name: lazy})
    which = "province_class" if kind is Province else "citizen_class"
    model_class = type("Changed", (DefectionModel,), {which: changed})

    def compare():
        for (point, seed, country), row in zip(*drawn_runs, strict=True):
            assert_identical(row, agents(point, seed, model_class, country=country))

    noticed = ValueError if name == "draw_candidates" else AssertionError
    with pytest.raises(noticed):  # candidates of other weeks are refused by those who decide
        compare()


def test_what_is_added_to_the_registry_is_drawn(tiny):
    rng, what = np.random.default_rng(1), {"meaning": "", "group": "reading", "source": ""}
    mood = Parameter(name="mood", default="bad", choices=("bad", "good"), **what)
    whole = Parameter(name="whole", default=3, low=1, high=9, **what)
    assert {drawn.value(mood, rng, tiny) for _ in range(50)} == {"bad", "good"}
    assert len({drawn.value(whole, rng, tiny, {"whole": 5}) for _ in range(50)}) > 2
    with pytest.raises(NotImplementedError, match="say here how odd"):
        drawn.value(Parameter(name="odd", default="x", text="colour", **what), rng, tiny)


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

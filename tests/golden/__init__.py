"""Golden runs: what the law gave before the house was rebuilt, byte for byte, in both engines.

``kept.json`` holds a digest of the weekly flows, the weekly states and the yearly attempts by
category of every run, and the yearly successes in plain numbers. It is renewed by ``python -m
tests.golden``, which is only right where CHANGELOG says **RESULTS**.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

import numpy as np

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS
from tests.baseline import baseline
from tests.conftest import BURSTING, LIVELY, TINY

KEPT = pathlib.Path(__file__).parent / "kept.json"
COUNTRIES: dict[str, Any] = {"north_korea": "north_korea", "two_provinces": TINY}
RECORD = ("weekly_by_province", "states_by_province", "by_category", "yearly")
PAPER = {
    "prior_alpha": 56.0, "prior_beta": 45.0, "observation_probability": 0.5, "memory_weeks": 380, "famine_effect": 0.84,
    "initial_repression": 0.85, "adjustment_rate": 0.0005, "tolerated_attempts": 180, "utility_intercept": -5.0, "utility_slope": 8.0,
    "demographic_effect": 0.617,
}  # fmt: skip
"""Near the paper's good region."""


def specifications() -> list[dict[str, Any]]:
    """Return what is run: at least 40 runs that touch every choice of every parameter, two countries and early stops."""
    runs: list[dict[str, Any]] = []

    def add(name: str, country: str, seed: int, weeks: int, parameters: dict[str, Any]) -> None:
        runs.append(
            {
                "name": name,
                "country": country,
                "seed": seed,
                "weeks": weeks,
                "parameters": parameters,
            }
        )

    for seed in (1, 2, 3):
        add(f"defaults {seed}", "north_korea", seed, 1196, {})
        add(f"bursting {seed}", "north_korea", seed, 1196, BURSTING)
        add(f"paper {seed}", "north_korea", seed, 1196, PAPER)
        add(f"lively {seed}", "two_provinces", seed, 104, LIVELY)
    add("an unfinished year", "north_korea", 4, 130, {})
    add("a large seed", "north_korea", 2**70 + 1, 104, {"famine_effect": 0.9})
    add("stopped early", "two_provinces", 4, 104, {**LIVELY, "stop_threshold": 100})
    readings = {
        "hearing": ("province", "nationwide"), "tolerated_measure": ("attempts", "successes", "stopped"),
        "famine_years": ("country", "none", "span"), "economy_scale": (0.01, 1.0, -0.01),
    }  # fmt: skip
    for name, values in readings.items():
        for value in values:
            tiny, korea = ("2001-2001", "1994-1998") if value == "span" else (value, value)
            add(f"{name} {value}", "two_provinces", 5, 104, {**LIVELY, name: tiny})
            add(f"{name} {value}, North Korea", "north_korea", 5, 260, {**BURSTING, name: korea})
    for name, parameter in PARAMETERS.items():
        for value in parameter.search or ():
            add(f"{name} {value}", "two_provinces", 6, 104, {**LIVELY, name: value})
    return runs


def digest(array: np.ndarray) -> str:
    """Return 16 hexadecimal digits of the bytes of whole numbers or floats."""
    kind = "<i8" if array.dtype.kind in "iu" else "<f8"
    return hashlib.sha256(np.ascontiguousarray(array).astype(kind).tobytes()).hexdigest()[:16]


def compiled(run: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a run, from the compiled engine."""
    country = COUNTRIES[run["country"]]
    data = run_ensemble(
        baseline(**run["parameters"]),
        [run["seed"]],
        country=country,
        weeks=run["weeks"],
        record=RECORD,
        threads=1,
    )
    done = int(data["weeks_run"][0])
    flows = np.stack([data[f"weekly_{name}_by_province"].to_numpy()[0, :done] for name in FLOWS])
    states = np.stack([data[f"weekly_{name}_by_province"].to_numpy()[0, :done] for name in STATES])
    categories = data["yearly_attempts_by_category"].to_numpy()[0]
    return _kept(done, flows, states, categories, data["yearly_successes"].to_numpy()[0])


def by_agents(run: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a run, from the agents."""
    country = COUNTRIES[run["country"]]
    model = DefectionModel(
        country=country,
        seed=run["seed"],
        weeks=run["weeks"],
        record_categories=True,
        **baseline(**run["parameters"]),
    ).run()
    weekly = model.weekly()
    shape = (model.week, -1)
    flows = np.stack([weekly[name].to_numpy().reshape(shape) for name in FLOWS])
    states = np.stack([weekly[name].to_numpy().reshape(shape) for name in STATES])
    years = -(-run["weeks"] // 52)
    table = model.by_category()
    names = [year for year in model.country.years[:years] if year in table]
    categories = np.zeros((years, len(table)), np.int64)
    categories[: len(names)] = table[names].to_numpy().T
    successes = np.zeros(years, np.int64)
    yearly = model.yearly()["successes"].to_numpy()
    successes[: len(yearly)] = yearly
    return _kept(model.week, flows, states, categories, successes)


def _kept(
    weeks: int, flows: np.ndarray, states: np.ndarray, categories: np.ndarray, successes: np.ndarray
) -> dict[str, Any]:
    return {
        "weeks_run": weeks, "flows": digest(flows), "states": digest(states), "categories": digest(categories),
        "successes": [int(count) for count in successes],
    }  # fmt: skip


def kept() -> list[dict[str, Any]]:
    """Return the golden runs."""
    return json.loads(KEPT.read_text(encoding="utf-8"))

"""Shared fixtures: a tiny country of two provinces and eight categories, and seeds for tests."""

from __future__ import annotations

import functools
import os
import pathlib
import shutil

import hypothesis
import pytest

from defection import DefectionModel
from defection.country import Country, CountryError, load
from defection.country_folders import DATA

hypothesis.settings.register_profile(
    "project", deadline=None, derandomize="CI" in os.environ
)  # the first call compiles
hypothesis.settings.load_profile("project")

TINY = pathlib.Path(__file__).parent / "countries" / "two_provinces"
ROOT = pathlib.Path(__file__).parent.parent
LIVELY = {
    "prior_alpha": 15.0, "prior_beta": 12.0, "observation_probability": 0.02, "memory_weeks": 30,
    "famine_effect": 0.15, "utility_intercept": -3.0, "utility_slope": 5.0,
    "initial_repression": 0.6, "tolerated_attempts": 20, "adjustment_rate": 0.01,
    "demographic_effect": 0.617, "stop_threshold": 10**9,
}  # fmt: skip
"""Parameters under which much happens in the tiny country every week."""
BURSTING = {
    "prior_alpha": 53.1, "prior_beta": 33.2, "observation_probability": 0.49, "memory_weeks": 369,
    "utility_intercept": -4.32, "utility_slope": 7.16, "demographic_effect": 0.617,
    "famine_effect": 0.837, "initial_repression": 0.823, "adjustment_rate": 0.0005,
    "tolerated_attempts": 180,
}  # fmt: skip
"""Parameters under which runs of North Korea begin with many attempts, and often stop early."""


@pytest.fixture
def land_of_journeys(tmp_path):
    """Return a copy of the tiny country with the journey of North Korea, to be changed at will."""
    return tiny_with_journey(tmp_path / "land")


def tiny_with_journey(place):
    """Copy the tiny country into a folder, with the journey of North Korea; return the folder."""
    shutil.copytree(TINY, place)
    own = shutil.ignore_patterns("targets.csv", "later.csv")  # of provinces and years of its own
    shutil.copytree(DATA / "north_korea" / "journey", place / "journey", ignore=own)
    for file in (place / "journey").iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("1992,", "0,"), encoding="utf-8")
    return place


def is_refused_by_its_line(folder, name, before, after, said):
    """See that a country is refused where a file of its folder has another text."""
    file = folder / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    with pytest.raises(CountryError, match=said) as caught:
        load(folder)
    assert name in str(caught.value)


def pytest_addoption(parser):
    parser.addoption(
        "--seed",
        nargs="*",
        type=int,
        default=[1],
        help="repeat the tests of chance with these seeds",
    )


LONGEST = (
    "test_tutorials.py", "test_searches.py", "test_docs.py", "test_packaging.py",
    "test_contributing.py", "test_recovery.py", "test_engines.py", "test_house.py",
    "test_report.py", "test_dying_workers.py", "test_cluster.py", "test_soak.py",
)  # fmt: skip
"""Files with tests of ten seconds and more."""


def pytest_collection_modifyitems(items):
    """Begin with the longest, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", metafunc.config.getoption("--seed"))


@pytest.fixture
def tiny() -> Country:
    return load(TINY)


@pytest.fixture
def tiny_folder(tmp_path):
    """Copy the tiny country's folder, to be broken."""
    return pathlib.Path(shutil.copytree(TINY, tmp_path / "tiny"))


@pytest.fixture(scope="session")
def north_korea() -> Country:
    return load("north_korea")


@pytest.fixture
def lively(tiny):
    """Make models of the tiny country in which much happens."""

    def make(**changes):
        return DefectionModel(**{"country": tiny, "seed": 1, **LIVELY, **changes})

    return make


@functools.cache
def whole_run(seed: int) -> DefectionModel:
    """Return a finished run of North Korea with its defaults, which no test may change."""
    return DefectionModel(seed=seed, record_categories=True).run()


@pytest.fixture
def finished(seed) -> DefectionModel:
    return whole_run(seed)


@pytest.fixture(scope="session")
def playwright():
    """Start Playwright once: a process cannot start it twice at the same time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """Return the one Chromium of all tests."""
    from tests.views.app.browser import chromium

    running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
    yield running
    running.close()

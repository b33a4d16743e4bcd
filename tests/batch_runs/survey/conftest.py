"""A small survey that several tests look at, and none changes."""

from __future__ import annotations

import pytest

from defection.batch_runs.survey import run_survey


@pytest.fixture(scope="session")
def survey():
    return run_survey(runs=3, size=400, threads=1)

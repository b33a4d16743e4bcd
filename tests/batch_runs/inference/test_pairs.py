"""What posteriors are made from: which runs, and where they lay."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.inference import Pairs, PosteriorError
from defection.batch_runs.inference.pairs import MARGIN, from_line, to_line
from tests.conftest import LIVELY


def test_pairs_are_read_from_the_table_of_runs(tiny):
    space = Space.from_parameters({**LIVELY, "famine_effect": {"low": 0.1, "high": 0.2}})
    runs = run_points(space.table(np.array([[0.25], [0.75]])), root=1, replicates=2, country=tiny)
    found = Pairs.from_runs(runs, space)
    assert found.names == ("famine_effect",)
    assert found.unit[:, 0].tolist() == pytest.approx([0.25, 0.25, 0.75, 0.75])
    assert found.successes.sum(axis=1).tolist() == runs["total_successes"].to_list()
    assert len(found.joined(found.part(np.array([0])))) == 5
    with pytest.raises(PosteriorError, match="none of 4 runs is sustained"):
        Pairs.from_runs(runs.assign(stopped_early=True), space)


def test_the_cube_and_the_line_are_one_to_one():
    unit = np.array([0.001, 0.5, 0.999])
    assert from_line(to_line(unit)) == pytest.approx(unit)
    assert from_line(to_line(np.array([0.0, 1.0]))) == pytest.approx([MARGIN, 1 - MARGIN])

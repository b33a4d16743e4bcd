"""What is not an error of a run is not a result: it stops the work, keeps no row, and the next command goes on."""

from __future__ import annotations

import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.errors import WorkerError
from defection.batch_runs.execution import worker
from defection.batch_runs.searches import MemoryEvaluation
from defection.commands.main import main
from tests.batch_runs.execution.test_evaluation import POINTS

OF_THE_MACHINE = [
    MemoryError("Unable to allocate 3 GiB"),
    ImportError("no module named mesa"),
    EOFError("Ran out of input"),
    RuntimeError("LLVM\nhas said more"),
    OSError(5, "Input/output error"),
]


@pytest.fixture
def fails(monkeypatch):
    """Have the simulation of a point raise an error, or be as usual again."""
    usual = worker._simulate

    def make(error, point=3):
        def simulate(task, halt, **how):
            if error and point in task.points:
                raise error
            return usual(task, halt, **how)

        monkeypatch.setattr(worker, "_simulate", simulate)

    return make


@pytest.mark.parametrize(
    ("engine", "error"), list(zip(["serial", "threads"] * 3, OF_THE_MACHINE, strict=False))
)
def test_an_error_of_the_machine_stops_a_sweep_and_the_next_command_goes_on(
    design_file, tmp_path, fails, capsys, error, engine
):
    command = ["sweep", str(design_file(points=6)), "--out", str(tmp_path / "out"), "--chunk", "2"]
    command += ["--engine", engine, "--workers", "1", "--quiet"]
    fails(error)
    assert main(command) == 1
    said = capsys.readouterr().err
    assert str(error).splitlines()[0] in said
    assert "has said more" not in said
    assert "runs are kept" in said
    counts = open_results(tmp_path / "out").counts()
    assert counts["failed"] == 0
    assert 6 <= counts["done"] < 12  # what was finished beside the failing chunk is kept
    fails(None)
    assert main(command) == 0
    assert open_results(tmp_path / "out").counts()["done"] == 12


@pytest.mark.parametrize("error", [ValueError("no such years"), OverflowError("too large")])
def test_an_error_of_a_run_is_a_row(design_file, tmp_path, fails, error):
    fails(error)
    results = run_sweep(design_file(points=6), tmp_path / "out", engine="serial", chunk=2)
    assert (results.counts()["done"], results.counts()["failed"]) == (10, 2)
    assert results.failed()["error"].iloc[0] == f"{type(error).__name__}: {error}"


def test_a_sweep_that_cannot_time_its_first_runs_is_not_begun(design_file, tmp_path, fails):
    fails(MemoryError("none left"), 0)
    with pytest.raises(WorkerError, match=r"a run could not be made \(MemoryError: none left\)"):
        run_sweep(design_file(points=6), tmp_path / "out", engine="serial")
    assert not (tmp_path / "out" / "plan.json").exists()


def test_an_error_of_the_machine_stops_a_search(tiny, fails):
    with MemoryEvaluation(7, country=tiny) as evaluate:
        fails(MemoryError("none left"), 4)
        assert len(evaluate(POINTS, 1)) == 3
        with pytest.raises(WorkerError, match="MemoryError: none left"):
            evaluate(POINTS, 1)

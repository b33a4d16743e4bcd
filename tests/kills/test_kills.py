"""Whenever a command is ended, the old or the new is whole, and given again it ends as unbroken."""

from __future__ import annotations

import os
import sys

import pytest

from tests.kills import disks, trial
from tests.kills.operations import WAYS, forked
from tests.kills.scenarios import Scenario, content, one_of_both, scenarios

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform != "linux", reason="needs fork and /proc"
)

SAMPLE = {
    "ensemble --force": ("power cut, names first", 5),
    "sweep": ("kill", 29),
    "compact": ("power cut", 15),
    "search": ("torn", 19),
}
"""Way and step of some ends that are tried always; ``-m long`` tries all."""


@pytest.fixture(scope="module", autouse=True)
def ready():
    trial.ready()


@pytest.mark.parametrize("name", SAMPLE)
def test_a_command_that_is_ended_loses_nothing(name, tmp_path):
    way, step = SAMPLE[name]
    chosen = lambda _way, last: last % step == step // 2  # noqa: E731
    done = trial.tried(scenarios()[name], tmp_path / "place", ways=[way], chosen=chosen)
    assert done.ended[way] >= 2
    assert not done.faults, "\n".join(done.faults)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", scenarios())
def test_a_command_ended_at_any_operation_loses_nothing(name, way, tmp_path):
    done = trial.tried(scenarios()[name], tmp_path / "place", ways=[way])
    assert not done.faults, "\n".join(done.faults)


def _careless() -> None:
    from pathlib import Path

    Path("new.csv").write_text("new" * 100)
    os.replace("new.csv", "table.csv")


def _before() -> None:
    from pathlib import Path

    Path("table.csv").write_text("old" * 100)


@pytest.mark.parametrize("way", ["power cut", "power cut, names first"])
def test_a_file_that_is_not_flushed_is_found_out(tmp_path, way):
    """The trial itself can fail: a power cut finds who does not flush what he has written."""
    done = trial.tried(Scenario(_careless, _before, one_of_both), tmp_path / "place", ways=[way])
    assert any("it ended with 0 and is not kept" in fault for fault in done.faults)


def test_a_process_is_ended_before_the_operation_that_is_named(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    assert forked(_before, root)[:2] == (0, {"open to write": 1})
    before = content(root)
    assert forked(_careless, root, 1)[0] == -9
    assert content(root) == before
    assert forked(_careless, root, 2)[0] == -9
    assert content(root) == {**before, "new.csv": b"new" * 100}


def _on_a_disk(scenario, folder, most):
    try:
        return disks.tried(scenario, folder.resolve(), most)
    except (disks.CannotMountError, FileNotFoundError) as reason:
        pytest.skip(f"images cannot be mounted here: {reason}")


def test_a_file_that_is_not_flushed_is_missing_on_a_disk_that_is_cut(tmp_path):
    _, faults = _on_a_disk(Scenario(_careless, _before, one_of_both), tmp_path, 1)
    assert any("it ended with 0 and is not kept" in fault for fault in faults)


@pytest.mark.long
@pytest.mark.parametrize("name", disks.NAMES)
def test_a_command_loses_nothing_on_a_disk_that_is_cut(name, tmp_path):
    count, faults = _on_a_disk(scenarios()[name], tmp_path, 5)
    assert count > 1
    assert not faults, "\n".join(faults)

"""Workers that cannot start are one error and no rows: it is no run that kills them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import types

import pytest

from defection.batch_runs.errors import WorkerError
from defection.batch_runs.execution import processes
from defection.batch_runs.execution.processes import Processes, prepare
from tests.conftest import TINY

SCRIPT = f"""
import pathlib
from defection.batch_runs import run_sweep
pathlib.Path("imported").open("a").write("x")
design = {{
    "seed": 7, "country": {str(TINY)!r}, "design": {{"kind": "random", "points": 6}},
    "parameters": {{"famine_effect": {{"low": 0.0, "high": 2.0}}}},
}}
run_sweep(design, "out", workers=5, chunk=1)
"""


def test_a_script_without_the_main_guard_ends_with_one_error_and_no_rows(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert 'if __name__ == "__main__":' in done.stderr.splitlines()[-1]
    assert not list((tmp_path / "out").glob("runs/*"))
    assert (tmp_path / "imported").read_text() == "xx"  # one worker was tried, not five


def test_a_script_from_standard_input_is_refused_before_anything_starts(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", types.SimpleNamespace(__file__="<stdin>"))
    with pytest.raises(WorkerError, match="there is no file <stdin>; save it as a file"):
        prepare()


def _killed():
    os.kill(os.getpid(), signal.SIGKILL)


def _fails():
    os._exit(3)


@pytest.mark.parametrize(("begin", "status", "tries"), [(_killed, "-9", 3), (_fails, "3", 1)])
def test_workers_that_end_before_they_get_to_work_are_an_error(monkeypatch, begin, status, tries):
    started, usual = [], processes.ProcessPoolExecutor

    def pool(*arguments, **how):
        started.append(usual(*arguments, **how))
        return started[-1]

    monkeypatch.setattr(processes, "_begin", begin)
    monkeypatch.setattr(processes, "ProcessPoolExecutor", pool)
    with pytest.raises(WorkerError, match=f"the first one ended with status {status} before"):
        Processes(4)
    assert len(started) == tries


def test_a_system_without_what_processes_need_is_an_error(monkeypatch):
    def pool(*arguments, **how):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", pool)
    with pytest.raises(WorkerError, match=r"Function not implemented\): use engine = threads"):
        Processes(1)


LONG = """
import multiprocessing, os
from defection.batch_runs.errors import WorkerError
from defection.batch_runs.execution import processes
if __name__ == "__main__":
    usual, processes.SHORT_FOLDERS = processes.SHORT_FOLDERS, ()
    try:
        processes.prepare()
    except WorkerError as error:
        print(error)
    del multiprocessing.current_process()._config["tempdir"]
    processes.SHORT_FOLDERS = usual
    engine = processes.Processes(1)
    print(engine.submit(abs, -7).result())
    engine.close()
"""


def test_a_folder_for_temporary_files_with_a_long_path_does(tmp_path):
    place = tmp_path / ("x" * 100)
    place.mkdir()
    (tmp_path / "script.py").write_text(LONG)
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(place)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said, answer = done.stdout.splitlines()
    assert "cannot start" in said
    assert "set TMPDIR to a folder" in said
    assert answer == "7"

"""Workers to kill: those of this process, and those of a Dask cluster over loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil

from tests.conftest import ROOT


def worker_processes() -> list[psutil.Process]:
    """Return the worker processes of this process: the leaves of the tree that do nothing but serve."""
    children = psutil.Process().children(recursive=True)
    return [
        child for child in children if not child.children() and child.parent().pid != os.getpid()
    ]


class LoopbackCluster:
    """A scheduler and workers of Dask in processes of their own, as on machines of their own."""

    def __init__(self, folder):
        self.file, self.processes, self.folder = folder / "scheduler.json", [], folder
        self.scheduler = self._start(
            "scheduler",
            "--scheduler-file",
            str(self.file),
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        )
        try:
            self.address = self._address()
        except BaseException:
            self.close()
            raise

    def _address(self):
        while True:
            assert self.scheduler.poll() is None, (self.folder / "scheduler.log").read_text()
            with contextlib.suppress(
                FileNotFoundError, json.JSONDecodeError
            ):  # not there yet, or not written to its end
                return json.loads(self.file.read_text())["address"]
            time.sleep(0.05)

    def _start(self, *what):
        command = [sys.executable, "-m", "dask", *what]
        with (self.folder / f"{what[0]}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=log, stderr=log)
            )
        return self.processes[-1]

    def add_worker(self):
        return self._start(
            "worker", self.address, "--nworkers", "1", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--no-nanny",
            "--local-directory", str(self.folder),
        )  # fmt: skip

    def close(self):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

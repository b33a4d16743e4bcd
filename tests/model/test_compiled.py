"""Compiled code that is kept: used where it fits, made again where it does not, never trusted blindly."""

from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import sys
import time

import llvmlite.binding
import numba
import pytest

from defection import compiled as module
from defection.compiled import UNUSED_DAYS, cache_folder, compiled, machine_fingerprint
from tests import house


def doubled(x):
    return 2 * x


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    return tmp_path


def used(function, *arguments):
    """Return what a function gives when it is compiled anew, and whether kept code was used."""
    fresh = compiled(function)
    return fresh(*arguments), bool(fresh.stats.cache_hits)


def test_a_function_is_compiled_once_for_each_combination_of_types(folder):
    assert [used(doubled, x) for x in (3, 3, 1.5, 1.5)] == [
        (6, False), (6, True), (3.0, False), (3.0, True),
    ]  # fmt: skip
    assert len(list(folder.iterdir())) == 2


DAMAGES = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[:-1],
    "no more than its digest": lambda content: content[:32],
    "one bit flipped": lambda content: content[:-100] + bytes([content[-100] ^ 1]) + content[-99:],
    "zeros": lambda content: bytes(len(content)),
    "of another program": lambda content: hashlib.sha256(b"spam").digest() + b"spam",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_code_that_is_not_what_was_written_is_compiled_again(folder, damage):
    used(doubled, 3)
    (file,) = folder.iterdir()
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert used(doubled, 3) == (6, False)
    assert used(doubled, 3) == (6, True)


def test_code_that_cannot_be_kept_or_read_is_compiled_and_runs(folder, monkeypatch):
    blocked = folder / "file" / "folder"
    (folder / "file").touch()
    monkeypatch.setattr(module, "cache_folder", lambda: blocked)
    assert used(doubled, 3) == used(doubled, 3) == (6, False)


def test_functions_that_differ_in_what_they_enclose_do_not_share_code(folder):
    def times(n):
        def scaled(x):
            return n * x

        return scaled

    assert used(times(2), 3) == (6, False)
    assert used(times(5), 3) == (15, False)
    assert used(times(5), 3) == (15, True)


def test_code_is_of_one_text_of_the_source(folder, monkeypatch):
    used(doubled, 3)
    monkeypatch.setattr(module, "_digest_of", lambda file: "another text")
    assert used(doubled, 3) == (6, False)


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (llvmlite.binding, "get_host_cpu_name"),
        (module.codegen, "get_host_cpu_features"),
        (numba, "__version__"),
        (module.llvmlite, "__version__"),
    ],
)
def test_another_processor_and_another_numba_have_a_folder_of_their_own(where, name, monkeypatch):
    before = machine_fingerprint()
    other = "other" if name == "__version__" else lambda: "other"
    monkeypatch.setattr(where, name, other)
    assert machine_fingerprint() != before


def test_what_was_not_used_for_a_month_is_removed_by_the_next_version(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv(module._TEMPORARY, raising=False)
    for name, days in (("law-old", 1), ("law-recent", -1), ("other", 100)):
        (tmp_path / name).mkdir()
        then = time.time() - (UNUSED_DAYS + days) * 24 * 3600
        os.utime(tmp_path / name, (then, then))
    mine = cache_folder.__wrapped__()
    assert {path.name for path in tmp_path.iterdir()} == {"law-recent", "other", mine.name}
    long_ago = time.time() - 100 * 24 * 3600
    os.utime(mine, (long_ago, long_ago))
    assert cache_folder.__wrapped__() == mine
    assert mine.stat().st_mtime > long_ago + 1  # it was used today


HOMELESS = """
import os, pwd, subprocess, sys, pathlib
def nobody(_): raise KeyError("uid not found")
pwd.getpwuid = nobody
from defection.compiled import cache_folder, compiled, is_kept
compiled(lambda x: -x)(3)
code = "from defection.compiled import cache_folder; print(cache_folder())"
subprocess.run([sys.executable, "-c", code], check=True)
print(cache_folder(), is_kept(), len(list(cache_folder().iterdir())))
"""


@pytest.mark.parametrize("home", ["nowhere/relative"])
def test_without_a_place_in_a_home_a_temporary_folder_is_shared_and_removed(tmp_path, home):
    (tmp_path / "script.py").write_text(HOMELESS)
    left_out = ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", module._TEMPORARY)
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**env, "HOME": home, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    child, mine = done.stdout.splitlines()
    assert mine == f"{child} False 1"
    assert pathlib.Path(child).parent.parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_a_cache_that_can_only_be_read_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(module._TEMPORARY, "")
    with monkeypatch.context() as patched:
        patched.setattr(module, "cache_folder", cache_folder.__wrapped__)
        used(doubled, 3)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(module.os, "access", lambda *_: False)  # the tests may run as root
    folder = cache_folder.__wrapped__()
    assert folder.parent.parent == tmp_path / "temporary"
    monkeypatch.setattr(module, "cache_folder", lambda: folder)
    assert used(doubled, 3) == (6, True)


@pytest.mark.long
def test_two_that_compile_at_once_and_one_that_is_killed_leave_code_that_can_be_used(tmp_path):
    house.copy_package(tmp_path)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "defection", "run", "--seed", "1", "--weeks", "52", "--quiet"]

    def start(name):
        return subprocess.Popen([*command, "--out", str(tmp_path / name)], cwd=tmp_path, env=env)

    both = [start("one"), start("two")]
    while len(list((tmp_path / "cache").rglob("*.*-*"))) < 20:
        assert both[0].poll() is None
        time.sleep(0.02)
    both[0].kill()
    assert both[0].wait() != 0
    assert both[1].wait() == 0
    assert start("three").wait() == 0
    two, three = ((tmp_path / name / "weekly.parquet").read_bytes() for name in ("two", "three"))
    assert two == three

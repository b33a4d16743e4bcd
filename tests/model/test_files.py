"""Files and folders are whole or not there, whatever ends the program, and flushed to the disk."""

from __future__ import annotations

import errno
import os
import pathlib
import stat

import pytest

from defection import files
from defection.files import FolderError, check, replaced, replaced_file, write_beside


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def run_before(tmp_path):
    """Return a folder with an earlier run."""
    folder = tmp_path / "run"
    with replaced(folder) as beside:
        _fill(beside, "earlier")
    return folder


def _fill(folder, said):
    (folder / "manifest.json").write_text(said)
    (folder / "more").mkdir()
    (folder / "more" / "weekly.parquet").write_text(said)


def _content(folder):
    return {file.name: file.read_text() for file in folder.rglob("*") if file.is_file()}


def _whole(said):
    return {"manifest.json": said, "weekly.parquet": said}


def _write_again(folder):
    with replaced(folder, force=True) as beside:
        _fill(beside, "later")


@pytest.fixture(params=["exchanged", "moved aside"])
def way(request, monkeypatch):
    """Replace folders in one step, or as where the system cannot exchange names."""
    if request.param == "moved aside":
        monkeypatch.setattr(files, "_exchanged", lambda one, other: False)
    return request.param


def test_a_folder_is_replaced_and_leaves_no_litter(run_before, way):
    _write_again(run_before)
    assert _content(run_before) == _whole("later")
    assert list(run_before.parent.iterdir()) == [run_before]


def test_this_system_exchanges_two_folders_in_one_step(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not files._exchanged(tmp_path / "one", tmp_path / "other"):
        pytest.skip("names cannot be exchanged here")
    assert (tmp_path / "one" / "other").exists()
    assert (tmp_path / "other" / "one").exists()


@pytest.mark.parametrize("step", range(12))
def test_a_kill_at_any_step_of_a_replacement_leaves_the_old_or_the_new_whole(
    run_before, way, monkeypatch, step
):
    """Every change of names is a step; nothing that is written after a kill is carried out."""
    left = [step]

    def or_killed(real):
        def call(*what, **how):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*what, **how)

        return call

    with monkeypatch.context() as patched:
        for name in ("rename", "replace"):
            patched.setattr(os, name, or_killed(getattr(os, name)))
        for name in ("_flush", "_remove", "_exchanged"):
            patched.setattr(files, name, or_killed(getattr(files, name)))
        try:
            _write_again(run_before)
        except Killed:
            pass
        else:
            assert _content(run_before) == _whole("later")
    if run_before.exists():
        check(run_before, force=True)
    else:
        with pytest.warns(UserWarning, match="run was brought back"):
            check(run_before, force=True)
    assert _content(run_before) in (_whole("earlier"), _whole("later"))
    _write_again(run_before)
    assert _content(run_before) == _whole("later")


def test_an_error_while_a_folder_is_written_leaves_the_earlier_one(run_before, way):
    def fail():
        with replaced(run_before, force=True) as beside:
            _fill(beside, "later")
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert _content(run_before) == _whole("earlier")
    assert list(run_before.parent.iterdir()) == [run_before]


def test_a_link_to_a_folder_is_replaced_and_what_it_led_to_is_left_alone(tmp_path, run_before, way):
    link = tmp_path / "link"
    link.symlink_to(run_before)
    _write_again(link)
    assert _content(link) == _whole("later")
    assert _content(run_before) == _whole("earlier")
    assert sorted(tmp_path.iterdir()) == [link, run_before]


@pytest.mark.parametrize(
    ("make", "force", "message"),
    [
        (lambda folder: folder.mkdir(), False, "exists; choose another --out"),
        (lambda folder: folder.touch(), True, "is not a folder"),
        (lambda folder: (folder / "mine").mkdir(parents=True), True, "does not look like a run's"),
    ],
)
def test_a_place_that_is_taken_is_refused(tmp_path, make, force, message):
    make(tmp_path / "run")
    with pytest.raises(FolderError, match=message):
        check(tmp_path / "run", force=force)


def _flushed(monkeypatch):
    """Collect what is flushed to the disk and what is renamed, in order."""
    done: list[tuple[str, pathlib.Path]] = []
    flush, rename = os.fsync, os.replace

    def fsync(handle):
        done.append(("flush", pathlib.Path(f"/proc/self/fd/{handle}").resolve()))
        flush(handle)

    def replace(source, target):
        done.append(("rename", pathlib.Path(target).resolve()))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return done


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="needs /proc")
def test_a_file_is_flushed_before_it_is_renamed_and_its_folder_after(tmp_path, monkeypatch):
    done = _flushed(monkeypatch)
    file = tmp_path / "new" / "part.parquet"
    write_beside(file, b"content")
    assert file.read_bytes() == b"content"
    assert done[0] == ("flush", tmp_path)  # the name of the new folder
    assert [what for what, _ in done[1:]] == ["flush", "rename", "flush"]
    assert [where for _, where in done[2:]] == [file, tmp_path / "new"]
    done.clear()
    with replaced_file(tmp_path / "table.csv") as beside:
        beside.write_text("a,b\n")
    assert done[1:] == [("rename", tmp_path / "table.csv"), ("flush", tmp_path)]


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="needs /proc")
def test_all_files_of_a_folder_are_flushed(tmp_path, monkeypatch):
    done = _flushed(monkeypatch)
    with replaced(tmp_path / "run") as beside:
        _fill(beside, "new")
    flushed = {where.name for _, where in done}
    assert {"manifest.json", "weekly.parquet", "more", tmp_path.name} <= flushed


def test_a_file_is_written_once_where_it_must_not_be_replaced(tmp_path):
    write_beside(tmp_path / "plan.json", b"mine", replace=False)
    write_beside(tmp_path / "plan.json", b"yours", replace=False)
    assert (tmp_path / "plan.json").read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "plan.json"]


def test_files_and_folders_have_the_rights_that_the_user_gives_new_ones(tmp_path):
    before = os.umask(0o027)
    try:
        write_beside(tmp_path / "file", b"")
        with replaced_file(tmp_path / "other") as beside:
            beside.write_text("")
        with replaced(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"file": 0o640, "other": 0o640, "folder": 0o750}


def test_the_next_use_of_a_place_sweeps_what_a_kill_left_and_nothing_that_is_being_written(
    tmp_path,
):
    """Litter is what nobody holds; hidden files of others, and of other places, are left alone."""
    left = tmp_path / ".run-0123456789ab.tmp"
    left.mkdir()
    (left / "half").touch()
    (tmp_path / ".table-0123456789ab.tmp.csv").touch()
    foreign = [tmp_path / ".run-mine.tmp", tmp_path / ".other-0123456789ab.tmp"]
    for file in foreign:
        file.touch()
    with replaced(tmp_path / "run") as living, replaced_file(tmp_path / "table.csv") as file:
        file.write_text("a")
        check(tmp_path / "run")
        files.check_file(tmp_path / "table.csv", force=True)
        assert sorted(tmp_path.iterdir()) == sorted([*foreign, living, file])
    assert sorted(tmp_path.iterdir()) == sorted(
        [*foreign, tmp_path / "run", tmp_path / "table.csv"]
    )


def test_what_is_written_by_another_command_meanwhile_is_not_replaced(tmp_path):
    def meanwhile():
        with replaced(tmp_path / "run") as other:
            _fill(other, "first")

    with pytest.raises(FolderError, match="run exists"), replaced(tmp_path / "run"):
        meanwhile()
    assert _content(tmp_path / "run") == _whole("first")
    with pytest.raises(FolderError, match="a exists"), replaced_file(tmp_path / "a"):
        write_beside(tmp_path / "a", b"first")
    assert (tmp_path / "a").read_bytes() == b"first"


def test_an_old_folder_that_was_left_aside_is_removed_where_the_new_one_is_whole(run_before):
    aside = run_before.parent / ".run.replaced"
    aside.mkdir()
    check(run_before, force=True)
    assert list(run_before.parent.iterdir()) == [run_before]


def test_a_full_disk_is_said_in_one_line(tmp_path):
    def fail(error):
        with replaced_file(tmp_path / "table.csv"):
            raise OSError(error, os.strerror(error))

    with pytest.raises(FolderError, match=r"table\.csv cannot be written: the disk is full"):
        fail(errno.ENOSPC)
    with pytest.raises(PermissionError):
        fail(errno.EACCES)
    assert not list(tmp_path.iterdir())

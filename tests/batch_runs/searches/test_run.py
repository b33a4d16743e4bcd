"""A search is kept as it goes: killed at any moment, it goes on and ends as if nobody had; nothing that was kept is run twice."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import DesignError, PlanError
from defection.batch_runs.inference import SequentialMonteCarlo
from defection.batch_runs.searches import (
    Evolution,
    MemoryEvaluation,
    PaperSearch,
    Screen,
    SearchError,
    Staged,
    open_search,
    stored,
)
from defection.batch_runs.searches.run import run_search
from defection.batch_runs.store.folder import SearchFolder
from defection.commands.main import main
from defection.country import load
from defection.files import FolderError
from tests.batch_runs.searches.small import OBJECTIVE, SPACE
from tests.conftest import TINY

SEARCHES = {
    "paper": PaperSearch(space=SPACE, objective=OBJECTIVE, chains=4, steps=12),
    "screen": Screen(space=SPACE, objective=OBJECTIVE, points=32, batch=8),
    "evolution": Evolution(space=SPACE, objective=OBJECTIVE, starts=2, generations=6, population=4, replicates=2),
    "smc": SequentialMonteCarlo(space=SPACE, objective=OBJECTIVE, particles=12, generations=3, batch=24),
    "staged": Staged(
        space=SPACE, objective=OBJECTIVE, screened=32, starts=2, generations=4, halving=2, population=4, selected=1, last_generations=3,
        replicates=2, fresh=4,
    ),
}  # fmt: skip


@pytest.fixture
def failing():
    """Return the ids of runs that fail; ``all``: every run."""
    return set()


@pytest.fixture
def ran(monkeypatch, failing):
    """Collect the ids of runs that are made."""
    ids: list[str] = []
    real = MemoryEvaluation.__call__

    def counted(self, points, replicates):
        batch = real(self, points, replicates)
        ids.extend(batch["run_id"])
        bad = batch["run_id"].isin(failing) | ("all" in failing)
        flows = [name for name in batch if name.startswith(("total_", "successes_", "attempts_"))]
        empty = batch.loc[bad, [*flows, "weeks_run", "stopped_early"]].columns
        batch = batch.astype(dict.fromkeys(empty, object))
        batch.loc[bad, empty] = None
        batch.loc[bad, ["status", "error"]] = "failed", "OSError: no disk"
        return batch.infer_objects()

    monkeypatch.setattr(MemoryEvaluation, "__call__", counted)
    return ids


class Stop(Exception):
    """The search is cut off."""


def cut_off_after(runs):
    def stop(so_far):
        if so_far >= runs:
            raise Stop

    return stop


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_cut_off_again_and_again_ends_as_an_unbroken_one(name, tmp_path, monkeypatch):
    search = SEARCHES[name]
    whole = run_search(search, tmp_path / "whole", seed=3, country=str(TINY))
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    made = []
    real = MemoryEvaluation.__call__

    def counting(self, points, replicates):
        batch = real(self, points, replicates)
        made.extend(batch["run_id"])
        return batch

    monkeypatch.setattr(MemoryEvaluation, "__call__", counting)
    for cut in (1, 9, 20, 30):
        with pytest.raises(Stop):
            run_search(
                search, tmp_path / "out", seed=3, country=str(TINY), progress=cut_off_after(cut)
            )
    found = run_search(search, tmp_path / "out", seed=3, country=str(TINY), workers=2)
    pd.testing.assert_frame_equal(found, whole)
    assert len(made) == len(set(made))  # nothing was run twice
    for file in ("trace.parquet", "found.csv"):
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()
    made.clear()
    pd.testing.assert_frame_equal(
        run_search(search, tmp_path / "out", seed=3, country=str(TINY)), whole
    )
    assert made == []


def test_another_search_another_seed_and_other_data_are_refused(tmp_path, tiny_folder):
    run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(TINY))
    with pytest.raises(PlanError, match="holds another search: seed is 4, was 3"):
        run_search(SEARCHES["paper"], tmp_path / "out", seed=4, country=str(TINY))
    with pytest.raises(PlanError, match="method is 'Screen', was 'PaperSearch'"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    (tiny_folder / "years.csv").write_text(
        (tiny_folder / "years.csv").read_text().replace("101000", "101500")
    )
    with pytest.raises(PlanError, match="other data"):
        run_search(SEARCHES["paper"], tmp_path / "out", seed=3, country=str(tiny_folder))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(FolderError, match="is not a search's folder"):
        run_search(SEARCHES["paper"], tmp_path / "mine", seed=3, country=str(TINY))


@pytest.mark.parametrize("lost", [0, 3, -1])
def test_one_flipped_bit_costs_the_runs_of_that_part_only(lost, tmp_path, monkeypatch, ran):
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    out, how = tmp_path / "out", {"seed": 3, "country": str(TINY)}
    whole = run_search(SEARCHES["paper"], out, **how)
    parts = sorted((out / SearchFolder.tier).iterdir())
    assert len(parts) > 5
    rows = pd.read_parquet(parts[lost])["run_id"].tolist()
    content = bytearray(parts[lost].read_bytes())
    content[len(content) // 2] ^= 1
    parts[lost].write_bytes(content)
    said: list[str] = []
    ran.clear()
    again = run_search(SEARCHES["paper"], out, **how, warn=said.append)
    assert ran == rows
    assert said == [f"{parts[lost]} is damaged: its runs are done again"]
    pd.testing.assert_frame_equal(again, whole)
    assert sorted((out / SearchFolder.tier).iterdir()) == parts


def test_batches_of_other_points_are_refused(tmp_path, monkeypatch):
    """As of another version, whose search would go elsewhere."""
    out, how = tmp_path / "out", {"seed": 3, "country": str(TINY)}
    run_search(SEARCHES["paper"], out, **how)
    monkeypatch.setattr("defection.batch_runs.searches.paper_search.reflected", lambda unit: unit)
    monkeypatch.setattr("defection.batch_runs.searches.paper_search.table_of", upside_down)
    with pytest.raises(SearchError, match=r"batch 0 of .* is not the one that was run"):
        run_search(SEARCHES["paper"], out, **how)


def upside_down(space, unit):
    return space.table(np.clip(1 - unit, 0, 1 - 1e-12))


def test_failed_runs_are_tried_again_and_what_follows_from_them_is_run_anew(
    tmp_path, monkeypatch, ran, failing
):
    """Every cause that passes: the search ends as one in which nothing failed."""
    out, how = tmp_path / "out", {"seed": 3, "country": str(TINY)}
    whole = run_search(SEARCHES["paper"], tmp_path / "whole", **how)
    trace = open_search(tmp_path / "whole").trace()
    early = trace[trace["generation"].between(1, 5)].sort_values("score")
    failing |= {f"{point}-0" for point in early["point"].head(2)}
    other = run_search(SEARCHES["paper"], out, **how)
    assert open_search(out).counts()["failed"] == 2
    assert not other.equals(whole)
    run_search(SEARCHES["paper"], out, **how)  # goes on with what is kept, the failed runs too
    assert open_search(out).counts()["failed"] == 2
    failing.clear()
    ran.clear()
    pd.testing.assert_frame_equal(
        run_search(SEARCHES["paper"], out, **how, retry_failed=True), whole
    )
    assert len(ran) == len(set(ran))
    assert open_search(out).counts()["failed"] == 0
    assert open_search(out).runs().equals(open_search(tmp_path / "whole").runs())
    ran.clear()
    pd.testing.assert_frame_equal(
        run_search(SEARCHES["paper"], out, **how, retry_failed=True), whole
    )
    assert ran == []


def test_a_search_in_which_every_run_fails_ends_with_an_error_and_goes_on_when_told(
    tmp_path, failing, ran, capsys
):
    out, words = tmp_path / "out", ["--method", "screen", "--set", "points=8", "--quiet"]
    space = tmp_path / "space.toml"
    space.write_text("[parameters]\nfamine_effect = { low = 0, high = 1 }\n")
    command = ["search", str(space), "--country", str(TINY), "--out", str(out), *words]
    failing |= {"all"}
    assert main(command) == 1
    assert "all 8 runs failed, the first with: OSError: no disk" in capsys.readouterr().err
    assert not (out / "found.csv").exists()
    failing.clear()
    ran.clear()
    assert main(command) == 1
    assert ran == []
    assert "--retry-failed" in capsys.readouterr().err
    assert main([*command, "--retry-failed"]) == 0
    assert (out / "found.csv").exists()


def test_the_best_is_a_point_of_which_a_run_was_done(tmp_path, failing, ran):
    how = {"seed": 3, "country": str(TINY)}
    first = run_search(SEARCHES["screen"], tmp_path / "first", **how)
    for point in first["point"][:-1]:
        failing |= {f"{point}-{replicate}" for replicate in range(50)}
    found = run_search(SEARCHES["screen"], tmp_path / "second", **how)
    assert found["point"].tolist() == first["point"].tolist()[-1:]
    failing |= {f"{first['point'].iloc[-1]}-{replicate}" for replicate in range(50)}
    with pytest.raises(SearchError, match="no run of what was found was done"):
        run_search(SEARCHES["screen"], tmp_path / "third", **how)


def test_on_a_full_disk_nothing_is_said_to_be_kept_that_is_not(tmp_path, monkeypatch):
    counts: list[int] = []

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SearchFolder, "write_batches", full)
    with pytest.raises(OSError, match="No space left"):
        run_search(
            SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY), progress=counts.append
        )
    assert max(counts) > 0
    assert counts[-1] == 0


def test_an_edited_plan_is_refused(tmp_path):
    run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    plan = json.loads((tmp_path / "out" / "search.json").read_text())
    (tmp_path / "out" / "search.json").write_text(
        json.dumps({**plan, "settings": {**plan["settings"], "points": 64}})
    )
    with pytest.raises(PlanError, match=r"search\.json was changed since it was written"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    (tmp_path / "out" / "search.json").write_text("{")
    with pytest.raises(PlanError, match="plans must not be edited"):
        run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))


def test_another_version_of_the_package_with_the_same_law_goes_on_with_what_is_kept(
    tmp_path, monkeypatch
):
    whole = run_search(SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY))
    kept = sorted(file.name for file in (tmp_path / "out" / SearchFolder.tier).iterdir())
    monkeypatch.setattr("defection.__version__", "9.9.9")
    counts = []
    pd.testing.assert_frame_equal(
        run_search(
            SEARCHES["screen"], tmp_path / "out", seed=3, country=str(TINY), progress=counts.append
        ),
        whole,
    )
    assert counts == [counts[0]]
    assert sorted(file.name for file in (tmp_path / "out" / SearchFolder.tier).iterdir()) == kept


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"search": "staged"}, "'staged' is no search"),
        ({"search": Screen}, "is no search; make one"),
        ({"country": load("north_korea")}, "name or folder, not with a Country"),
        ({"country": "nowhere"}, "there is no country 'nowhere'"),
        ({"seed": -1}, "seed = -1 must be"),
        ({"seed": 1.5}, "seed = 1.5 must be"),
        ({"seed": "x"}, "seed = 'x' must be"),
        ({"weeks": 0}, "weeks = 0 must be"),
        ({"weeks": 103}, "the target's year 2001 is not run: the runs cover 2000 to 2000"),
        ({"out": "a file/out"}, "a file"),
        ({"out": "a file"}, "a file exists and is not a folder"),
    ],
)
def test_what_cannot_be_searched_is_refused_before_anything_is_written(
    changed, message, tmp_path, monkeypatch, ran
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").write_text("")
    how = {"search": SEARCHES["screen"], "out": "out", "seed": 1, "country": str(TINY)}
    with pytest.raises((ValueError, OSError), match=message):
        run_search(**{**how, **changed})
    assert [path.name for path in tmp_path.iterdir()] == ["a file"]
    assert ran == []


def test_interventions_that_the_country_has_not_are_refused_before_the_search_starts(tmp_path):
    space = Space.from_parameters(
        {"famine_effect": {}, "interventions": ["none", "1893 memory_weeks=3"]}
    )
    search = Screen(space=space, objective=OBJECTIVE, points=8)
    with pytest.raises(DesignError, match="1893 lies outside the data"):
        run_search(search, tmp_path / "out", seed=1)
    assert not (tmp_path / "out").exists()

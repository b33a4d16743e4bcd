"""The figures that fit a design are written as files, whole or not at all."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest

from defection.batch_runs.store.results import ResultsError
from defection.files import FolderError
from defection.views.figures.catalogue import figures, write_figures


def test_every_design_gets_the_figures_that_fit(grid, alone, sampled, single, empty):
    def names(results):
        return [one.name for one in figures(results)]

    by_outcome = grid.summary()["total_successes_mean"].sort_values().index
    fans = [f"fan-chart-{by_outcome[i]}" for i in (0, 4, 8)]
    assert names(grid) == ["heat-map-famine_effect-adjustment_rate", *fans, "convergence"]
    assert names(alone) == ["one-at-a-time", "fan-chart-0", "convergence"]
    assert names(sampled)[:2] == ["scatter", "heat-map-adjustment_rate-famine_effect"]
    assert "convergence" not in names(single)
    assert names(empty) == []


@pytest.mark.parametrize(
    ("sweep", "outcome"),
    [
        ("grid", "stopped_early"), ("grid", "weeks_run"), ("grid", "known_stopped_2000"),
        ("alone", "stopped_early"), ("sampled", "weeks_run"), ("single", "weeks_run"),
        ("broken", "known_stopped_2000"),
    ],
)  # fmt: skip
def test_every_outcome_can_be_drawn_without_a_warning(sweep, outcome, request):
    found = figures(request.getfixturevalue(sweep), outcome)
    assert found
    for one in found:
        figure = one.draw()
        figure.savefig(io.BytesIO(), dpi=40)
        assert len(one.alternative_text(figure)) > 80
        assert all(
            axis.get_ylim()[0] > min(-1, -0.06 * axis.get_ylim()[1]) for axis in figure.axes
        )  # nothing is negative


def test_the_files_are_figures_and_leave_others_alone(alone, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    files = write_figures(alone, tmp_path, outcome="weeks_run")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["mine.txt", *(file.name for file in files)]
    )
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_svg_files_are_well_formed_and_without_a_date(alone, tmp_path):
    for file in write_figures(alone, tmp_path / "new", format="svg"):
        assert ElementTree.parse(file).getroot().tag.endswith("svg")
        assert "<dc:date>" not in file.read_text()


def test_files_are_replaced_only_with_force(single, tmp_path):
    first = write_figures(single, tmp_path)[0]
    before = sorted(tmp_path.iterdir())
    first.write_bytes(b"mine")
    with pytest.raises(
        FolderError, match="exists; choose another name, or replace it with --force"
    ):
        write_figures(single, tmp_path)
    assert first.read_bytes() == b"mine"
    write_figures(single, tmp_path, force=True)
    assert first.read_bytes() != b"mine"
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_written_is_refused(single, empty, tmp_path):
    with pytest.raises(ResultsError, match="no format 'pgn'; did you mean png"):
        write_figures(single, tmp_path, format="pgn")
    with pytest.raises(ResultsError, match="nothing to draw"):
        write_figures(empty, tmp_path / "new")
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="is not a folder"):
        write_figures(single, tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("empty", "file")] == []

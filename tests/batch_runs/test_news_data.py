"""Counties and neighbours are data of a plan where its runs depend on them, and only there."""

from __future__ import annotations

import pytest

from defection.batch_runs import extend_sweep, open_results, run_sweep
from defection.batch_runs.designs.space import Space
from defection.batch_runs.errors import PlanError

DESIGN = """
seed = 1
country = "tiny"
weeks = 20
[design]
kind = "random"
points = 3
[parameters]
famine_effect = {{ low = 0.0, high = 1.0 }}
{more}
"""


def swept(folder, more):
    """Return the results of a sweep of a country in a folder of one's own."""
    design = folder.parent / "design.toml"
    design.write_text(DESIGN.format(more=more))
    return run_sweep(design, folder.parent / "swept", engine="serial")


def is_not_extended(folder, more, file, before, after):
    """See that a sweep is not extended where a file of its country has another text."""
    results = swept(folder, more)
    assert results.is_current
    content = (folder / file).read_text()
    assert before in content
    (folder / file).write_text(content.replace(before, after))
    assert not open_results(results.path).is_current
    with pytest.raises(PlanError, match="was planned with other data"):
        extend_sweep(results.path, points=2)


@pytest.mark.parametrize(
    ("more", "file", "line"),
    [
        ("news_circles = 0", "counties.csv", "Inland,Hills,30000\nInland,Coast,20000"),
        ("news_circles = [1, 0]", "counties.csv", "Inland,Hills,30000\nInland,Coast,20000"),
        ('hearing = "neighbours"', "neighbours.csv", "Inland,Borderland"),
        ('interventions = "2000-02 hearing=neighbours"', "neighbours.csv", "Inland,Borderland"),
    ],
)
def test_a_sweep_is_not_extended_with_other_counties_or_neighbours(tiny_folder, more, file, line):
    other = "Inland,Hills,20000\nInland,Coast,30000" if "counties" in file else "Borderland,Inland"
    is_not_extended(tiny_folder, more, file, line, other)


def test_a_sweep_that_reads_neither_goes_on(tiny_folder):
    results = swept(tiny_folder, "news_circles = 2\nobservation_probability = 0.1")
    assert "news_data" not in results.plan.about
    (tiny_folder / "counties.csv").unlink()
    assert open_results(results.path).is_current


def test_a_space_says_whether_it_depends_on_them():
    for said, holds in (
        ({}, False), ({"news_circles": 3}, False), ({"news_circles": 0}, True),
        ({"news_circles": {"low": 0, "high": 4}}, True), ({"hearing": {}}, True),
        ({"hearing": ["province", "nationwide"]}, False),
    ):  # fmt: skip
        assert Space.from_parameters(said).has_neighbours is holds

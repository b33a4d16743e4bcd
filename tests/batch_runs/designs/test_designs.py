"""Every design does what its name says."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from defection import PARAMETERS
from defection.batch_runs.designs import (
    DESIGNS,
    DesignError,
    Grid,
    LatinHypercube,
    OneAtATime,
    Points,
    Random,
    Sobol,
    Space,
    levels,
)

SPACE = Space.from_parameters(
    {
        "famine_effect": {"low": 0, "high": 2},
        "adjustment_rate": {},
        "memory_weeks": [200, 380, 1196],
        "initial_repression": 0.9,
    }
)


@pytest.mark.parametrize("design", [Random(50), LatinHypercube(50), Sobol(50)])
def test_a_sampled_design_repeats_with_its_seed_and_differs_with_another(design):
    table = design.table(SPACE, 3)
    pd.testing.assert_frame_equal(table, design.table(SPACE, 3))
    assert (table["famine_effect"] != design.table(SPACE, 4)["famine_effect"]).all()
    assert len(table) == design.size(SPACE) == 50
    assert list(table.columns) == list(PARAMETERS)
    assert set(table["memory_weeks"]) <= {200, 380, 1196}
    assert table["famine_effect"].between(0, 2).all()
    assert (table["initial_repression"] == 0.9).all()


@pytest.mark.parametrize("maker", [Random, Sobol])
def test_a_random_design_and_sobol_points_go_on_where_they_ended(maker):
    pd.testing.assert_frame_equal(
        maker(50).more(SPACE, 3, 20, 50), maker(50).table(SPACE, 3).iloc[20:].reset_index(drop=True)
    )


def test_a_latin_hypercube_hits_every_slice_of_every_range_once():
    unit = SPACE.unit(LatinHypercube(64).table(SPACE, 1).astype({"memory_weeks": int}))
    for column in (0, 1):  # the third is a list
        varied = SPACE.names[column]
        if varied != "memory_weeks":
            assert sorted((unit[:, column] * 64).astype(int)) == list(range(64))


def test_a_latin_hypercube_is_continued_by_one_of_the_added_size():
    more = SPACE.unit(LatinHypercube(64).more(SPACE, 1, 64, 96))
    column = SPACE.names.index("famine_effect")
    assert sorted((more[:, column] * 32).astype(int)) == list(range(32))


def test_sobol_points_cover_space_more_evenly_than_random_ones(seed):
    space = Space.from_parameters(
        {name: {} for name in ("famine_effect", "adjustment_rate", "initial_repression")}
    )
    discrepancy = {
        kind: qmc.discrepancy(space.unit(DESIGNS[kind](256).table(space, seed)))
        for kind in ("random", "sobol")
    }
    assert discrepancy["sobol"] < discrepancy["random"] / 5


def test_a_grid_is_every_combination_and_the_last_parameter_varies_fastest():
    space = Space.from_parameters(
        {
            "famine_effect": [0.0, 0.5],
            "memory_weeks": {"low": 200, "high": 400, "steps": 3},
            "initial_repression": {"low": 0.5, "high": 1},
        }
    )
    table = Grid(steps=2).table(space, 1)
    expected = itertools.product(
        [200, 300, 400], [0.0, 0.5], [0.5, 1.0]
    )  # in the order of the documentation
    assert list(
        zip(table["memory_weeks"], table["famine_effect"], table["initial_repression"], strict=True)
    ) == list(expected)
    assert Grid(steps=2).size(space) == 12


def test_a_grid_needs_steps_for_a_range():
    with pytest.raises(
        DesignError,
        match="famine_effect is a range, which this design needs in steps: add steps = 5",
    ):
        Grid().size(Space.from_parameters({"famine_effect": {"low": 0, "high": 1}}))


def test_a_grid_of_ten_million_million_points_is_counted_without_being_made():
    space = Space.from_parameters(
        {
            name: {"steps": 1000}
            for name in ("famine_effect", "initial_repression", "prior_alpha", "prior_beta")
        }
    )
    assert Grid().size(space) == 1000**4


def test_one_at_a_time_changes_one_parameter_a_row():
    space = Space.from_parameters(
        {"famine_effect": {"low": 0, "high": 2}, "hearing": {}, "initial_repression": 0.9}
    )
    table = OneAtATime(steps=5).table(space, 1)
    base = table.iloc[0]
    assert base["famine_effect"] == PARAMETERS["famine_effect"].default
    assert ((table != base).sum(axis=1).iloc[1:] == 1).all()
    assert table["famine_effect"].nunique() == 6  # the base's and five steps
    assert (table["initial_repression"] == 0.9).all()


def test_what_samples_needs_something_that_varies():
    for kind in ("random", "latin-hypercube", "sobol"):
        with pytest.raises(DesignError, match="nothing varies"):
            DESIGNS[kind](5).size(Space.from_parameters({"famine_effect": 0.5}))


def test_points_come_from_a_file(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("famine_effect,hearing\n0.5,province\n\n0.7,nationwide\n", encoding="utf-8")
    table = Points(file).table(Space.from_parameters({"initial_repression": 0.9}), 1)
    assert table[["famine_effect", "hearing", "initial_repression"]].to_numpy().tolist() == [
        [0.5, "province", 0.9],
        [0.7, "nationwide", 0.9],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "famine_efect\n0.5\n",
            r"line 1, column famine_efect: this column is not known; did you mean famine_effect\?",
        ),
        (
            "famine_effect\n0.5\nx\n",
            "line 3, column famine_effect: famine_effect must be a number, not 'x'",
        ),
        ("famine_effect\n", "has a header but no rows"),
        ("", "has no header and no rows"),
        ("famine_effect,memory_weeks\n1\n", "line 2: has 1 cells where the header has 2"),
        (
            "famine_effect,famine_effect\n1,1\n",
            "line 1, column famine_effect: this column stands here twice",
        ),
        ("initial_repression\n0.5\n", "initial_repression is fixed here, and is a column"),
        ("initial_repression\n1.5\n", None),
    ],
)
def test_a_file_of_points_is_refused_by_line_and_column(tmp_path, text, message):
    file = tmp_path / "points.csv"
    file.write_text(text, encoding="utf-8")
    space = Space.from_parameters({"initial_repression": 0.9} if message else None)
    with pytest.raises(
        DesignError, match=message or "line 2, column initial_repression: .* at most 1"
    ) as caught:
        Points(file).table(Points(file).covered(space), 1)
    assert str(file) in str(caught.value)


def test_a_column_that_nothing_reads_is_refused_and_one_that_a_row_reads_is_not(tmp_path):
    from defection.batch_runs.sweeps.specification import Specification

    file = tmp_path / "points.csv"
    design = {"seed": 1, "weeks": 52, "design": {"kind": "points", "file": str(file)}}
    file.write_text("gain\n1\n2\n")
    with pytest.raises(DesignError, match=r"points\.csv: gain has no effect unless policy = prop"):
        Specification.from_mapping(design)
    file.write_text("gain,policy\n1,paper\n2,proportional\n")
    assert Specification.from_mapping(design).design.size(Space.from_parameters()) == 2
    file.write_text("policy\npaper\nproportional\n")
    Specification.from_mapping({**design, "parameters": {"gain": 2.0}})


def test_a_missing_file_of_points_is_named(tmp_path):
    with pytest.raises(DesignError, match=r"none\.csv: this file is missing"):
        Points(tmp_path / "none.csv").table(Space.from_parameters(), 1)


def test_lists_are_drawn_from_evenly():
    drawn = (
        Random(9000)
        .table(Space.from_parameters({"memory_weeks": [200, 380, 1196]}), 5)["memory_weeks"]
        .value_counts()
    )
    assert np.abs(drawn - 3000).max() < 5 * np.sqrt(9000 * (1 / 3) * (2 / 3))


def test_random_points_of_everything_lie_in_the_searched_ranges():
    table = Random(500).table(Space.from_parameters(vary="all"), 3)
    for p in PARAMETERS.values():
        if p.search and p.group != "reading":
            assert table[p.name].between(*p.search).all()
            assert table[p.name].nunique() > 100
        else:
            assert table[p.name].unique().tolist() == [p.default]


def test_the_size_of_a_design_is_known_without_making_its_points():
    space = Space.from_parameters({"famine_effect": {"low": 0, "high": 1}, "memory_weeks": [1, 2]})
    assert OneAtATime(steps=1_000_000).size(space) == 1_000_003
    small = OneAtATime(steps=5)
    assert small.size(space) == len(small.table(space, 1))
    many = list(range(1, 100_001))
    assert len(levels(Space.from_parameters({"memory_weeks": many}).varied[0])) == 100_000
    with pytest.raises(DesignError, match="memory_weeks lists 7 twice"):
        Space.from_parameters({"memory_weeks": [*many, 7]})


def test_more_points_than_the_memory_holds_are_refused(monkeypatch):
    from defection.batch_runs.sweeps import specification

    design = {"seed": 1, "design": {"kind": "random", "points": 1000, "vary": ["famine_effect"]}}
    assert specification.Specification.from_mapping(design)
    monkeypatch.setattr(specification, "BYTES_OF_A_POINT", 10**12)
    with pytest.raises(DesignError, match="1,000 points, more than the free memory holds"):
        specification.Specification.from_mapping(design)

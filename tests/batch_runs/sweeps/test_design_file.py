"""A design file is read whole or refused, before anything runs, with file, line and field."""

from __future__ import annotations

import re

import pytest

from defection.batch_runs.designs import (
    DesignError,
    Grid,
    LatinHypercube,
    OneAtATime,
    Points,
    Random,
    Sobol,
)
from defection.batch_runs.sweeps.design_file import line_of, read
from defection.batch_runs.sweeps.specification import Specification
from defection.commands.main import main

GOOD = """seed = 7
[design]
kind = "random"
points = 400
replicates = 3
[parameters]
famine_effect = { low = 0.0, high = 2.0 }
adjustment_rate = { low = 0.0001, high = 0.002, scale = "log" }
memory_weeks = [200, 380, 1196]
"""


def written(tmp_path, text):
    file = tmp_path / "design.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_design_that_the_documentation_shows_is_understood(tmp_path):
    design = read(written(tmp_path, GOOD))
    assert (design.seed, design.design, design.replicates) == (7, Random(400), 3)
    assert design.space.names == ["memory_weeks", "famine_effect", "adjustment_rate"]
    assert not design.common_random_numbers
    assert design.series.keep == "none"


def test_every_kind_of_design_is_understood_and_described_so_that_it_can_be_read_back(tmp_path):
    (tmp_path / "points.csv").write_text("memory_weeks\n300\n", encoding="utf-8")
    kinds = {
        'kind = "grid"\nsteps = 3': Grid(3), 'kind = "sobol"\npoints = 8': Sobol(8), 'kind = "latin-hypercube"\npoints = 8': LatinHypercube(8),
        'kind = "one-at-a-time"': OneAtATime(11), 'kind = "points"\nfile = "points.csv"': Points(tmp_path / "points.csv"),
    }  # fmt: skip
    for text, kind in kinds.items():
        parameters = "" if isinstance(kind, Points) else "[parameters]\nfamine_effect = {}\n"
        series = '[series]\ncolumns = ["attempts"]\n[series.where]\nstopped_early = false\ntotal_attempts = { low = 1 }\n'
        design = read(
            written(
                tmp_path,
                f"seed = 1\nweeks = 104\n[design]\n{text}\ncommon_random_numbers = true\n{parameters}{series}",
            )
        )
        assert design.design == kind
        assert Specification.from_mapping(design.described()) == design


BAD = [
    (("famine_effect", "famine_efect"), 7, "parameters.famine_efect", "did you mean famine_effect?"),
    (("high = 2.0", "high = 200.0"), 7, "parameters.famine_effect.high", "it must be at most 100"),
    (("low = 0.0,", "low = 3.0,"), 7, "parameters.famine_effect.low", "low = 3 is above high = 2"),
    (("[200, 380, 1196]", "[]"), 9, "parameters.memory_weeks", "memory_weeks is an empty list"),
    (("[200, 380, 1196]", "[\n 200,\n 0]"), 9, "parameters.memory_weeks", "it must be at least 1"),
    (("replicates = 3", "replicates = 0"), 5, "design.replicates", "replicates = 0 must be a whole number of at least 1"),
    (("points = 400", "points = 40000000"), 4, "design.points", "120,000,000 runs"),
    (("points = 400", "points = 400\nlimit = 1000"), 5, "design.limit", "1,200 runs"),
    (("points = 400", "points = 4.5"), 4, "design.points", "must be a whole number"),
    (("points = 400", "poins = 400"), 4, "design.poins", "did you mean points?"),
    (("points = 400\n", ""), 2, "design.points", "design.points is missing: a random design needs it"),
    (("points = 400", "points = 400\nsteps = 3"), 5, "design.steps", "there is no key 'steps' in [design]"),
    (('kind = "random"', 'kind = "sobl"'), 3, "design.kind", "did you mean sobol?"),
    (('kind = "random"\n', ""), 2, "design.kind", "design.kind is missing"),
    (("seed = 7", "seed = -7"), 1, "seed", "-7"),
    (("seed = 7", 'seed = "seven"'), 1, "seed", "seed = 'seven' must be a whole number"),
    (("seed = 7\n", ""), None, "seed", "seed is missing"),
    (("seed = 7", "sed = 7"), 1, "sed", "did you mean seed?"),
    (("seed = 7", "seed = 7\nreplicates = 3"), 2, "replicates", "it belongs under [design]"),
    (("seed = 7", "seed = 7\nfamine_effect = 3"), 2, "famine_effect", "parameters belong under [parameters]"),
    (("seed = 7", "seed = 7\nweeks = 99999"), 2, "weeks", "1 to 1,196"),
    (("seed = 7", 'seed = 7\ncountry = "north_corea"'), 2, "country", "did you mean north_korea?"),
    (('scale = "log"', 'scale = "lgo"'), 8, "parameters.adjustment_rate.scale", "did you mean log?"),
    (("low = 0.0001", "low = 0"), 8, "parameters.adjustment_rate.low", "a log scale needs low above 0"),
    (("[200, 380, 1196]", "[200, 380"), 9, None, "this is not TOML"),
    (("[design]", "[design"), 2, None, "this is not TOML"),
    (("points = 400", "points = 400\npoints = 5"), 5, None, "this is not TOML"),
    (("points = 400", "points = 400\nsame_luck = true"), 5, "design.same_luck", "it is called common_random_numbers now"),
    (("points = 400", "points = 400\ncommon_random_numbers = 1"), 5, "design.common_random_numbers", "must be true or false"),
    (("[parameters]", '[series]\nkeep = "sme"\n[parameters]'), 7, "series.keep", "'sme' is not one of"),
    (("[parameters]", '[series]\nkeep = "all"\ncolumns = ["atempts"]\n[parameters]'), 8, "series.columns", "did you mean attempts?"),
    (("[parameters]", '[series.where]\n"__import__(1)" = 1\n[parameters]'), 7, "series.where.__import__(1)", "a condition cannot name"),
    (("[parameters]", '[series.where]\ntotal_attempts = "x > 1"\n[parameters]'), 7, "series.where.total_attempts", "is not a value"),
    (('kind = "random"', 'kind = ["random"]'), 3, "design.kind", "is not a design"),
    (("points = 400", "points = 400\nvary = 3"), 5, "design.vary", "vary must be a list of names, or 'all', not 3"),
    (("points = 400", "points = 400\nvary = [3]"), 5, "design.vary", "vary must be a list of names"),
    (("[200, 380, 1196]", '{ steps = 20000000000 }'), 9, "parameters.memory_weeks.steps", "from 2 to 1,000,000"),
    (('kind = "random"\npoints = 400', 'kind = "sobol"\npoints = 2147483649\nlimit = 9999999999'), 4, "design.points", "Sobol' points go up to"),
    (("[parameters]", '[series.where]\nhearing = "provinces"\n[parameters]'), 7, "series.where.hearing", "did you mean province?"),
    (("[parameters]", '[series.where]\nmemory_weeks = 9999999\n[parameters]'), 7, "series.where.memory_weeks", "at most"),
    (("[parameters]", '[series.where]\ntotal_successes = { low = nan }\n[parameters]'), 7, "series.where.total_successes", "must be finite"),
    (("[parameters]", 'vary = ["prior_alpha"]\n[parameters]\nprior_alpha = 3'), 6, "design.vary", "is to vary, but is fixed"),
    (("memory_weeks =", 'famine_years = "1890-x"\nmemory_weeks ='), 9, "parameters.famine_years", "1890-x"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "line", "field", "message"),
    BAD,
    ids=[str(bad[2] or bad[0][1]) + f"-{n}" for n, bad in enumerate(BAD)],
)
def test_a_bad_design_is_refused_by_file_line_and_field(tmp_path, change, line, field, message):
    assert change[0] in GOOD
    file = written(tmp_path, GOOD.replace(change[0], change[1], 1))
    with pytest.raises(DesignError, match=re.escape(message)) as caught:
        read(file)
    place = f"{file}" + (f", line {line}" if line else "") + (f", {field}: " if field else ": ")
    assert str(caught.value).startswith(place)


def test_a_bad_design_leaves_no_folder_behind(tmp_path, capsys):
    file = written(tmp_path, GOOD.replace("points = 400", "points = 0"))
    assert main(["sweep", str(file), "--out", str(tmp_path / "out")]) == 1
    assert "points = 0 must be a whole number" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["design.toml"]


def test_a_file_that_is_not_there_or_is_no_text_is_named(tmp_path):
    with pytest.raises(DesignError, match=r"none\.toml: there is no such design file"):
        read(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DesignError, match="cannot be read"):
        read(tmp_path / "bytes.toml")


def test_lines_are_found_in_dotted_keys_and_quoted_tables():
    text = 'seed = 1\n# [design]\n["design"]\n"kind" = "grid"\nparameters.famine_effect.low = 1\n[ parameters . famine_effect ]\nhigh = 3\n'
    assert line_of(text, ("design", "kind")) == 4
    assert line_of(text, ("design", "parameters", "famine_effect", "low")) == 5
    assert line_of(text, ("parameters", "famine_effect", "high")) == 7
    assert line_of(text, ("parameters", "famine_effect", "low")) == 6
    assert line_of(text, ("weeks",)) is None


def test_interventions_are_checked_with_the_country_before_the_first_run(design_file, tmp_path):
    texts = '["none", "1893 initial_repression=0.5"]'
    with pytest.raises(DesignError, match=r"interventions.*1893 lies outside the data"):
        read(design_file(interventions=texts))
    texts = '["none", "2001 initial_repression=0.5 in Inlan"]'
    with pytest.raises(DesignError, match="did you mean Inland"):
        read(design_file(interventions=texts))


def test_interventions_of_a_file_of_points_are_checked_too(tmp_path):
    (tmp_path / "points.csv").write_text("interventions\nnone\n1893 memory_weeks=3\n")
    text = 'seed = 1\n[design]\nkind = "points"\nfile = "points.csv"\n'
    (tmp_path / "design.toml").write_text(text)
    with pytest.raises(DesignError, match="1893 lies outside the data"):
        read(tmp_path / "design.toml")

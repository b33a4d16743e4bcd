"""A result is stale by what it reads of another, and by runs of several circles if it has some."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest

from defection import golden, provenance
from defection.files import digest
from defection.golden import reads_circles
from defection.parameters import Parameters
from defection.replication import RESULTS, Kept, longer_stays, points, states, survey_points
from defection.replication import border_and_shares as border
from defection.replication.extended_regions import REGIONS
from defection.replication.journey_posterior_parts import REGION
from defection.replication.journey_regions import CIRCLES, FITS, WAY
from defection.replication.kept import MANIFEST, PACKAGE, text_of

READERS = ("journey_posterior", "longer_stays", "survey_verdicts")
"""Results that read a part of the joint fit."""


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the kept results that may be changed."""
    for name in ("tables", "found"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    return tmp_path


def why(stored, name, known=RESULTS):
    return stored.why_stale(known[name], known)


def written(folder, file, table):
    """Keep another table of the joint fit, as if it had been computed."""
    stored = Kept(folder)
    entry = stored.about["journey_fit"]
    text = text_of(table)
    (folder / "found" / (file if file.endswith("json") else f"{file}.csv")).write_text(text)
    entry["tables"][file] = digest(text.encode())
    (folder / MANIFEST).write_text(json.dumps(stored.about), encoding="utf-8")
    return Kept(folder)


def moved(folder, region, name):
    """Keep another fitted value of a region."""
    about = Kept(folder).tables("journey_fit")["journey.json"]
    (row,) = (one for one in about["fitted"] if (one["region"], one["split"]) == (region, "rule"))
    row["parameters"][name] *= 1.001
    return written(folder, "journey.json", about)


def circles_changed(monkeypatch, **more):
    """Let golden runs of several circles come out otherwise."""
    now = provenance.behaviour(journey=True)
    other = now | dict.fromkeys(golden.with_circles() & set(now), "0" * 8) | more
    monkeypatch.setattr(provenance, "behaviour", lambda **_: other)


def test_a_change_in_circles_makes_stale_what_runs_several_of_them_and_nothing_else(monkeypatch):
    circles_changed(monkeypatch)
    table = states().set_index("result")["stale"]
    changed = table[table.str.contains("behaviour|is stale")]
    mine = {"extended_fit", "journey_fit", "border_and_shares", "survey_verdicts"}
    assert set(changed.index) == mine
    assert "journey_fit is stale" in changed["survey_verdicts"]
    circles_changed(monkeypatch, base="0" * 8)
    assert states()["stale"].str.contains("behaviour: base").all()


@pytest.mark.parametrize(
    ("region", "name", "readers"),
    [
        ("two rates", "memory_weeks", set()),
        ("free", "memory_weeks", {"longer_stays"}),
        ("history of control", "return_rate", {"longer_stays"}),
        (CIRCLES, "return_rate", {"survey_verdicts"}),
        (CIRCLES, "memory_weeks", set()),
    ],
)
def test_another_fitted_value_makes_stale_what_reads_it(folder, region, name, readers):
    stored = moved(folder, region, name)
    found = {reader: why(stored, reader) for reader in READERS}
    assert {reader for reader in READERS if found[reader]} == readers
    assert all(found[reader] == ("journey_fit is another",) for reader in readers)


def test_the_posterior_reads_the_misfit_of_its_region_and_hands_on_that_it_is_stale(folder):
    scores = Kept(folder).tables("journey_fit")["journey_scores"]
    others = scores["region"] != REGION
    stored = written(folder, "journey_scores", scores.assign(fitted=scores["fitted"] + others))
    assert not any(why(stored, reader) for reader in READERS)
    stored = written(folder, "journey_scores", scores.assign(fitted=scores["fitted"] + 1.0))
    assert why(stored, "journey_posterior") == ("journey_fit is another",)
    assert why(stored, "survey_verdicts") == ("journey_posterior is stale",)
    assert why(stored, "longer_stays") == ()


def test_a_region_that_is_gone_is_another(folder):
    about = Kept(folder).tables("journey_fit")["journey.json"]
    about["fitted"] = [one for one in about["fitted"] if one["region"] != CIRCLES]
    stored = written(folder, "journey.json", about)
    assert why(stored, "survey_verdicts") == ("journey_fit is another",)


@pytest.mark.parametrize(
    "changes", [{"data": "0" * 16}, {"defaults": {"memory_weeks": 1}}, {"reads": {}}]
)
def test_what_concerns_all_of_a_result_concerns_every_part(folder, changes):
    file = folder / MANIFEST
    about = json.loads(file.read_text(encoding="utf-8"))
    about["journey_fit"] |= changes
    file.write_text(json.dumps(about), encoding="utf-8")
    assert {why(Kept(folder), reader)[0] for reader in READERS} == {"journey_fit is stale"}


def test_what_a_result_lacks_makes_it_stale_but_not_what_reads_the_rest():
    lacking = dataclasses.replace(
        RESULTS["journey_fit"], missing=lambda _tables: ["one is missing"]
    )
    known = RESULTS | {"journey_fit": lacking}
    assert "one is missing" in why(Kept(), "journey_fit", known)
    assert not any(why(Kept(), reader, known) for reader in READERS)


def test_every_result_that_runs_several_circles_says_so_and_so_does_every_part():
    """Those of the page are run in ``test_results``."""
    spaces = {"extended_fit": list(REGIONS.values()), "journey_fit": list(FITS.values())}
    runs = {
        name: [one.space().table([[0.5] * len(one.space().names)]).iloc[0] for one in every]
        for name, every in (spaces | {"journey_posterior": [FITS[REGION]]}).items()
    }
    runs |= {
        "border_and_shares": list(border.points().values()),
        "longer_stays": [longer_stays.point(name) for name in longer_stays.POINTS],
        "survey_verdicts": [p for n in survey_points.JUDGED for p in survey_points.points_at(n)],
        "points": [point.parameters for point in points.points()],
    }
    for name, every in runs.items():
        assert any(map(reads_circles, every)) == RESULTS[name].circles, name
    fit = Kept().tables("journey_fit")
    assert survey_points.journey_read(fit).keys() == set(WAY)
    assert RESULTS["survey_verdicts"].parts["journey_fit"].circles
    for row in longer_stays.points_read(fit).values():
        assert not reads_circles(Parameters(**row))

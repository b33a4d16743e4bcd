"""The report is one page that holds everything; its folder holds every figure and table; the command writes both."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pandas as pd
import pytest

from defection.commands.main import main
from defection.replication import Runs
from tests.views.app.browser import Strict
from tests.views.test_sweep_report import Page


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write a small report, as the command does."""
    folder = tmp_path_factory.mktemp("report")
    command = ["report", "--quick", "--runs", "3", "--threads", "1", "--quiet"]
    assert (
        main([*command, "--out", str(folder / "report.html"), "--data", str(folder / "data")]) == 0
    )
    return folder


def test_the_page_is_well_formed_and_refers_to_nothing_outside_itself(written):
    text = (written / "report.html").read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag == "html"
    page = Page(text)
    outside = [reference for reference in page.references if not reference.startswith("#")]
    assert len(page.images) == len(outside) > 8
    assert all(reference.startswith("data:image/png;base64,") for reference in outside)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)
    assert "url(" not in text.split("<style>")[1].split("</style>")[0]


def test_the_page_opens_with_a_drawing_and_links_to_every_section_and_verdict(written):
    body = ElementTree.parse(written / "report.html").find("body")
    assert [child.tag for child in body][:5] == ["h1", "p", "figure", "table", "nav"]
    sections = [heading.get("id") for heading in body.iter("h2")]
    links = [link.get("href").removeprefix("#") for link in body.find("nav").iter("a")]
    assert links == sections[1:]  # all but the contents themselves
    assert len(links) == len(set(links)) > 10
    table = next(one for one in body.iter("table") if one.find(".//a") is not None)
    assert {link.get("href") for link in table.iter("a")} < {f"#{name}" for name in links}


def test_every_figure_has_an_alternative_text_of_its_own(written):
    texts = [
        image["alt"] for image in Page((written / "report.html").read_text(encoding="utf-8")).images
    ]
    assert len(texts) == len(set(texts))
    assert all(len(text) > 80 for text in texts)


def test_the_page_names_verdicts_rules_and_runs(written):
    text = Page((written / "report.html").read_text(encoding="utf-8")).text
    for said in (
        "not reproduced",
        "undecided",
        "Rule:",
        "Behind it:",
        "run_seed(2017, POINT, replicate)",
        "0-0 to 0-2",
        "famine_years = none",
    ):
        assert said in text, said
    assert "nan" not in text.split()


def test_the_folder_holds_figures_tables_runs_and_a_manifest(written):
    files = {file.name for file in (written / "data").iterdir()}
    figures = {name.removesuffix(".png") for name in files if name.endswith(".png")}
    assert {
        "figure_1",
        "figure_2",
        "figure_4",
        "figure_4_prior",
        "figure_5_0",
        "fit",
        "learning",
        "importance",
        "decline",
        "women",
        "origins",
    } <= figures
    assert {f"{name}.svg" for name in figures} <= files
    about = json.loads((written / "data" / "manifest.json").read_text(encoding="utf-8"))
    assert (about["root"], about["runs"], about["quick"]) == (2017, 3, True)
    points = pd.read_csv(written / "data" / "points.csv")
    assert len(points) == len(Runs(3).points)
    verdicts = pd.read_csv(written / "data" / "verdicts.csv")
    assert set(verdicts["verdict"]) <= {"reproduced", "not reproduced", "undecided", "shown"}
    assert {"ids", "root", "runs"} <= set(pd.read_csv(written / "data" / "runs.csv").columns)


def test_an_earlier_report_is_not_replaced_and_mistakes_are_reported(written, tmp_path, capsys):
    page, data = str(written / "report.html"), str(written / "data")
    assert main(["report", "--quick", "--runs", "3", "--out", page]) == 1
    assert "exists" in capsys.readouterr().err
    assert (
        main(
            ["report", "--quick", "--runs", "3", "--out", str(tmp_path / "r.html"), "--data", data]
        )
        == 1
    )
    assert "--force" in capsys.readouterr().err
    assert main(["report", "--runs", "2", "--out", str(tmp_path / "r.html")]) == 1
    assert "at least 3" in capsys.readouterr().err
    assert main(["report", "--runs", "3", "--out", str(tmp_path / "r.html"), "--data", page]) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert (
        main(
            [
                "report",
                "--runs",
                "3",
                "--out",
                str(tmp_path / "r.html"),
                "--data",
                str(written),
                "--force",
            ]
        )
        == 1
    )
    assert "something else" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()


@pytest.mark.slow
def test_chromium_shows_the_page_with_all_its_images(browser, written):
    count = len(Page((written / "report.html").read_text(encoding="utf-8")).images)
    for width in (1024, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        visitor = Strict(page)
        visitor.page.goto((written / "report.html").as_uri())
        shown = visitor.page.evaluate(
            "[...document.images].map(image => image.complete && image.naturalWidth > 500)"
        )
        assert shown == [True] * count
        visitor.page.keyboard.press("Tab")  # the first link of the contents
        visitor.page.keyboard.press("Enter")
        assert visitor.page.url.endswith("#verdicts")
        closed = visitor.page.locator("details:not([open]) > summary")
        while closed.count():
            closed.first.click()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        too_wide = "table => table.scrollWidth > table.clientWidth + 1"
        assert (
            visitor.page.evaluate(
                f"[...document.querySelectorAll('table')].filter({too_wide}).length"
            )
            == 0
        )
        address = (written / "report.html").as_uri()
        assert visitor.faults == [
            f"a request left this machine: {address}"
        ]  # the page itself, and nothing else

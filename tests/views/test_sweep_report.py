"""The report is one page that holds everything, says what is wrong, and fetches nothing."""

from __future__ import annotations

import html.parser
import re
from xml.etree import ElementTree

import pytest

from defection.batch_runs.store.results import ResultsError
from defection.files import FolderError
from defection.views.sweep_report import report, write_report
from tests.views.app.browser import Strict
from tests.views.conftest import kept


class Page(html.parser.HTMLParser):
    """What a browser would find on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.images, self.words, self.references = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        self.references += [
            values[name]
            for name in ("src", "href", "action", "data", "poster", "srcset")
            if name in values
        ]
        if tag == "img":
            self.images.append(values)

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_the_page_refers_to_nothing_outside_itself(grid):
    text = report(grid)
    page = Page(text)
    assert page.images
    assert all(reference.startswith("data:image/png;base64,") for reference in page.references)
    assert len(page.references) == len(page.images)
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_is_well_formed(grid, broken):
    for results in (grid, broken):
        assert ElementTree.fromstring(report(results)).tag == "html"


def test_every_figure_has_an_alternative_text_of_its_own(grid):
    texts = [image["alt"] for image in Page(report(grid)).images]
    assert len(texts) == len(set(texts)) == 5
    assert any(
        text.startswith("Mean successes in the whole run over famine_effect and adjustment_rate")
        for text in texts
    )
    assert all(len(text) > 80 for text in texts)


def test_the_page_says_what_was_planned(grid):
    text, about = Page(report(grid)).text, grid.plan.about
    for said in (
        "grid: 9 points x 6 replicates = 54 runs", "0.0001 to 0.002, log scale", "0, 0.8, 1.6", grid.plan.law, about["data"],
        f"defection {about['defection']}", f"numpy {about['made_with']['numpy']}", "memory_weeks = 369", f"defection replay {grid.path} 0-0",
        "54 runs planned: 54 done, 0 failed, 0 missing. That is 100 % of the plan",
    ):  # fmt: skip
        assert said in text, said


def test_the_table_holds_every_point_from_the_largest(grid):
    rows = re.findall(
        r"<tr>\s*<td class=\"text\"[^>]*>(\d+)</td>(.*?)</tr>", report(grid), re.DOTALL
    )
    means = kept(grid).groupby("point")["total_successes"].mean().sort_values(ascending=False)
    assert [int(point) for point, _ in rows] == means.index.tolist()
    for (_, row), mean in zip(rows, means, strict=True):
        assert f">{mean:,.0f}</td>" in row


def test_of_many_points_the_ends_are_shown(sampled):
    text = report(sampled)
    means = (
        kept(sampled)
        .groupby("point")["total_successes"]
        .mean()
        .sort_values(ascending=False)
        .index.tolist()
    )
    shown = [int(point) for point in re.findall(r"<tr>\s*<td class=\"text\"[^>]*>(\d+)</td>", text)]
    assert shown == means[:10] + means[-10:]
    assert "The 10 largest and the 10 smallest are shown" in text


def test_what_failed_is_missing_or_damaged_is_named_and_escaped(broken):
    text = report(broken)
    page = Page(text)
    assert "16 runs planned: 10 done, 2 failed, 4 missing. That is 75 % of the plan" in page.text
    assert broken.damaged[0].name in page.text
    assert 'RuntimeError: <script>alert("1 < 2 & 3")</script> \ufffd end' in page.text
    assert "<script" not in text
    assert page.text.count("RuntimeError") == 2


def test_nothing_done_is_stated_without_figures(empty):
    page = Page(report(empty))
    assert page.images == []
    assert "No run is done yet" in page.text
    assert "4 of 4 runs are missing" in page.text


def test_an_outcome_of_one_s_own_and_an_unknown_one(single):
    assert "Attempts in 2000 (number)" in Page(report(single, "attempts_2000")).text
    with pytest.raises(ResultsError, match="did you mean total_attempts"):
        report(single, "total_attempt")


def test_the_file_is_written_whole_or_not_at_all(single, tmp_path, monkeypatch):
    file = tmp_path / "new" / "report.html"
    write_report(single, file)
    assert file.read_text(encoding="utf-8") == report(single)
    with pytest.raises(FolderError, match="exists; choose another name"):
        write_report(single, file)
    monkeypatch.setattr(
        "defection.views.sweep_report.report", lambda *_: "\ud800"
    )  # cannot be written as UTF-8
    with pytest.raises(UnicodeEncodeError):
        write_report(single, file, force=True)
    monkeypatch.undo()
    assert file.read_text(encoding="utf-8") == report(single)
    assert list(file.parent.iterdir()) == [file]
    with pytest.raises(FolderError, match="is a folder"):
        write_report(single, tmp_path)


@pytest.mark.slow
def test_chromium_shows_the_page_with_all_its_images(browser, grid, tmp_path):
    write_report(grid, tmp_path / "report.html")
    for width in (1100, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        visitor = Strict(page)
        visitor.page.goto((tmp_path / "report.html").as_uri())
        assert (
            visitor.page.evaluate(
                "[...document.images].map(image => image.complete && image.naturalWidth > 500)"
            )
            == [True] * 5
        )
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        assert [fault for fault in visitor.faults if "file:" not in fault] == []
        assert len(visitor.faults) == 1  # the page itself

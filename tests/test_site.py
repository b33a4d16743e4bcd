"""The site is built from the pages without a warning, is whole, and asks no foreign host."""

from __future__ import annotations

import doctest
import html
import importlib.util
import inspect
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from defection.parameters import PARAMETERS
from defection.views.app import lesson
from tests import code_blocks, house
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
SITE = ROOT / "docs" / "site"


def _module(name):
    spec = importlib.util.spec_from_file_location(name, SITE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def check():
    """Return the module that checks a built site."""
    return _module("check")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site by the documented command."""
    out = tmp_path_factory.mktemp("site") / "html"
    command = [sys.executable, str(SITE / "build.py"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return out


def _text(path):
    return re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))


def test_the_documented_command_builds_it():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert (
        '.venv-docs/bin/pip install -q ".[docs]" && .venv-docs/bin/python docs/site/build.py'
        in page
    )


def test_every_page_stands_on_it(site):
    texts = [file.read_text(encoding="utf-8") for file in site.rglob("*.html")]
    found = [re.search(r"<h1>(.*?)<a class=\"headerlink", text, re.DOTALL) for text in texts]
    titles = {html.unescape(re.sub(r"<[^>]+>", "", one[1])) for one in found if one}
    for page in code_blocks.pages():
        title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        assert title.replace("`", "") in titles, page
    assert all(f"{n}. {one.title}" in titles for n, one in enumerate(lesson.lessons().values(), 1))


def test_no_link_leads_nowhere_and_nothing_is_loaded_from_elsewhere(site, check):
    assert check.faults(site) == []


def test_the_check_finds_what_it_looks_for(tmp_path, check):
    (tmp_path / "a.html").write_text(
        '<a href="b.html">b</a><a href="#no">x</a><a href="a.html#yes" id="yes">y</a>'
        '<script src="https://cdn.example/x.js"></script><a href="https://example.org">z</a>',
        encoding="utf-8",
    )
    (tmp_path / "a.css").write_text("a { background: url(//cdn.example/x.png) }", encoding="utf-8")
    assert check.faults(tmp_path) == [
        "a.html loads https://cdn.example/x.js", "a.html: b.html leads nowhere",
        "a.html: #no leads nowhere", "a.css loads //cdn.example/x.png",
    ]  # fmt: skip


def test_a_flow_chart_has_a_box_for_each_node_and_an_arrow_for_each_edge():
    flowchart = _module("flowchart")
    text = (
        'flowchart TD\n A{"a?"} -- yes --> B["b<br>c"]\n A -- no --> C["d"]\n B --> C\n C --> A\n'
    )
    drawing = flowchart.svg(text)
    assert (drawing.count("<rect"), drawing.count("marker-end")) == (3, 4)
    assert all(f">{said}</text>" in drawing for said in ("a?", "b", "c", "d", "yes", "no"))
    for wrong in ("flowchart LR\n A --> B", 'flowchart TD\n A["a"] ==> B["b"]'):
        with pytest.raises(flowchart.FlowchartError):
            flowchart.svg(wrong)


def test_the_flow_chart_of_the_description_is_drawn(site):
    page = (site / "odd.html").read_text(encoding="utf-8")
    assert page.count('<svg class="flowchart"') == 1
    assert "flowchart TD" not in page


def test_lessons_hide_their_answers_and_have_their_figures(site):
    page = (site / "lessons" / "belief.html").read_text(encoding="utf-8")
    assert page.count("<details>") == page.count("</details>") == 2
    assert "<summary>Answer</summary>" in page
    one = lesson.lessons()["belief"]
    assert all(figure["value"] in page for figure in one.figures.values())


def test_every_public_name_and_every_parameter_can_be_looked_up(site):
    from tests.test_house import PUBLIC

    anchors = re.findall(r'<dt[^>]* id="([^"]+)"', "".join(
        file.read_text(encoding="utf-8") for file in (site / "api").glob("*.html")
    ))  # fmt: skip
    names = {anchor.rpartition(".")[2] for anchor in anchors}
    assert {name.rpartition(".")[2] for name in PUBLIC} <= names
    assert all(name in _text(site / "parameters.html") for name in PARAMETERS)


def test_an_example_of_a_docstring_imports_what_it_needs():
    """On the site each begins with the imports of the names that its module knows."""
    from tests.test_house import PUBLIC

    site, examples = _module("imports"), 0
    for path in PUBLIC:
        package, _, name = path.rpartition(".")
        thing = getattr(importlib.import_module(package), name)
        module = inspect.getmodule(thing)
        if module is None or not module.__name__.startswith("defection"):
            continue
        for one in [thing, *vars(thing).values()] if inspect.isclass(thing) else [thing]:
            lines = site.completed((inspect.getdoc(one) or "").splitlines(), module)
            found = doctest.DocTestParser().get_examples("\n".join(lines))
            code = "".join(example.source for example in found)
            examples += bool(found)
            assert not site.undefined(code), (path, site.undefined(code))
            known = {}
            for example in found:
                if example.source.startswith(("import ", "from ")):
                    exec(example.source, known)
    assert examples > 50


def test_a_tutorial_is_a_notebook_too_with_the_same_cells_and_outputs(site):
    for page in (ROOT / "docs" / "tutorials").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        file = site / "notebooks" / f"{page.stem}.ipynb"
        book = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(book)
        cells = [cell for cell in book.cells if cell.cell_type == "code"]
        assert [cell.source for cell in cells] == [
            code.rstrip("\n") for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        ]
        printed = [out["text"] for cell in cells for out in cell.outputs]
        assert all(said in text for said in printed)
        assert sum(map(bool, printed)) == text.count("```\n\n```text\n")
        assert (
            (site / "tutorials" / f"{page.stem}.html")
            .read_text("utf-8")
            .count(f"{page.stem}.ipynb")
        )


def test_a_page_without_a_place_stops_the_build(tmp_path):
    copy = tmp_path / "clone"
    for name in ("docs", *house.PACKAGES, "tests/countries"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.md"), ROOT / "CITATION.cff", ROOT / "server.py"):
        shutil.copy(file, copy)
    (copy / "docs" / "new.md").write_text("# New\n", encoding="utf-8")
    code = "import contents\ncontents.read()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=copy / "docs" / "site",
    )  # fmt: skip
    assert "docs/new.md stands in no section of docs/site/contents.toml" in done.stderr


def test_it_does_not_delete_a_folder_that_is_no_site(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    command = [sys.executable, str(SITE / "build.py"), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "holds something else than a site" in done.stderr
    assert (tmp_path / "mine.txt").exists()


def test_its_search_finds_a_word_and_asks_nobody_else(site, browser):
    page = browser.new_page()
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{site.as_uri()}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("news circle")
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.search li a")
    assert page.locator("ul.search li a").count() > 1
    page.locator("ul.search li a").first.click()
    page.wait_for_selector("h1")
    assert requested
    assert all(url.startswith(("file:", "data:")) for url in requested)
    page.close()

"""The report: one HTML page that holds every result, and its figures and tables as files."""

import pathlib
import time
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

import defection
from defection.compiled import law_fingerprint
from defection.files import FolderError, check_file, replaced_file
from defection.provenance import behaviour
from defection.replication.kept import text_of
from defection.replication.points import table_of
from defection.replication.registry import Computed, counts, decided, every, verdicts
from defection.replication.runs import Runs
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED, formatted
from defection.views.page import element, facts, image, page, table

FORMATS = ("png", "svg")
MANIFEST = "manifest.json"
TITLE = "The paper's results beside ours"
REPEAT = """from defection.batch_runs import run_ensemble
from defection.replication.points import points
from defection.replication.seeds import run_seed

point = points()[POINT]
seeds = [run_seed({root}, POINT, replicate) for replicate in range({runs})]
data = run_ensemble(point.parameters, seeds)"""

COLOURS = {REPRODUCED: "#1b6e3c", NOT: "#a32014", UNDECIDED: "#8a5a00"}
"""Of verdicts; the words stand beside them."""

FOLDED = 12
"""Tables with more rows are opened by a click."""

BEHIND = "The runs behind the numbers"

OPENING = "fit"
"""The result whose drawing opens the page."""

LONGEST = 40
"""Tables with more rows are only in the folder of data."""


def write_report(
    runs: Runs,
    file: str | pathlib.Path,
    *,
    data: str | pathlib.Path | None = None,
    force: bool = False,
) -> list[Computed]:
    """Compute every result and write the page and, if asked, its figures and tables.

    ``data`` is a folder for figures (PNG, SVG), tables (CSV) and a manifest. ``FolderError`` where
    the file, or a file of the folder, exists (without ``force``), or cannot be written.
    """
    place = check_file(file, force=force)
    folder = None if data is None else check_folder(pathlib.Path(data), force=force)
    start = time.monotonic()
    found = every(runs)
    text = page_of(found, runs)
    if folder is not None:
        write_data(found, runs, folder, seconds=time.monotonic() - start)
    with replaced_file(place, force=force) as beside:
        beside.write_text(text, encoding="utf-8")
    return found


def check_folder(folder: pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse early: a file, an earlier report without ``force``, a folder of something else."""
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} exists and is not a folder; name one for figures and tables")
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        why = "holds something else than an earlier report; name another folder"
        raise FolderError(f"{folder} {why}")
    check_file(folder / MANIFEST, force=force)
    return folder


def write_data(found: list[Computed], runs: Runs, folder: pathlib.Path, *, seconds: float) -> None:
    """Write every figure as PNG and SVG, every table as CSV, the runs, and a manifest."""
    tables = {name: table for one in found for name, table in one.tables.items()}
    tables["verdicts"] = verdicts([(one.result.name, one.judgement) for one in found])
    tables |= {"runs": pd.DataFrame(runs.made), "points": table_of(runs.points)}
    for name, frame in tables.items():
        with replaced_file(folder / f"{name}.csv", force=True) as beside:
            frame.to_csv(beside, index=False, lineterminator="\n")
    for figure in (figure for one in found for figure in one.result.figures(one.tables)):
        drawing = figure.draw()
        for kind in FORMATS:
            with replaced_file(folder / f"{figure.name}.{kind}", force=True) as beside:
                drawing.savefig(beside, format=kind, dpi=150)
    about = {
        "defection": defection.__version__, "behaviour": behaviour(),
        "data": runs.country.fingerprint, "root": runs.root, "runs": runs.replicates,
        "quick": runs.quick, "runs_made": sum(row["runs"] for row in runs.made),
        "seconds": round(seconds),
        "sources": {one.result.name: list(one.sources) for one in found},
    }  # fmt: skip
    with replaced_file(folder / MANIFEST, force=True) as beside:
        beside.write_text(text_of(about) or "", encoding="utf-8")


def page_of(found: list[Computed], runs: Runs) -> str:
    """Return the page."""
    opening = next(one for one in found if one.result.name == OPENING)
    body = [element("h1", TITLE), *_opening(runs, opening), _contents(found), *_summary(found)]
    for one in found:
        body += _section(one, drawn=one is not opening)
    return page(TITLE, *body, *_runs(runs))


def _link(section: str, text: str) -> Element:
    return element("a", text, href=f"#{section}")


def _contents(found: list[Computed]) -> Element:
    """Return links to all sections, each with its verdict."""
    lines = [element("li", _link("verdicts", "Verdicts"))]
    for one in found:
        badge = _badge(one.judgement.verdict)
        lines.append(element("li", _link(one.result.name, one.result.title), ": ", badge))
    lines.append(element("li", _link("runs", BEHIND)))
    return element("nav", element("h2", "Contents", id="contents"), element("ul", *lines))


def _drawings(one: Computed) -> list[Element]:
    drawings = []
    for figure in one.result.figures(one.tables):
        caption = element("figcaption", f"{figure.alt} (file {figure.name})")
        drawings.append(element("figure", image(figure.draw(), figure.alt), caption))
    return drawings


def _opening(runs: Runs, first: Computed) -> list[Element]:
    quick = "a quick report: fewer runs, and nothing between regions"
    how = quick if runs.quick else "the full report"
    prints = f"law {law_fingerprint()}, data {runs.country.fingerprint} (fingerprints)"
    count = f"{runs.replicates:,} of each of {len(runs.points)} points, root {runs.root}"
    paper = (
        ", working paper of 11 June 2017. Its code, its figures and what it does not report are "
        "not public: what is compared is its text with this implementation."
    )
    name = element("em", "Defecting from Autocracy")
    said = {
        "Made with": f"defection {defection.__version__}, {prints}",
        "Runs": f"{count}; {how}",
        "Best region": f"{runs.best.name} ({runs.best.source})",
    }
    what = element("p", "Dukalskis, Elkink & Xiong (2017), ", name, paper)
    return [what, *_drawings(first), facts(said)]


def _badge(verdict: str) -> Element:
    return element("strong", verdict, style=f"color: {COLOURS.get(verdict, '#555')}")


def _summary(found: list[Computed]) -> list[Element]:
    titles = {one.result.name: one.result.title for one in found}
    rows = decided(verdicts([(one.result.name, one.judgement) for one in found]))
    cells = [
        (_link(row.result, titles[row.result]), row.part, row.figure, _badge(row.verdict))
        for row in rows.itertuples()
    ]
    made = table(("result", "part", "here", "verdict"), cells, texts=4)
    said = "Each follows from a rule that stands in its section; what is only drawn has none."
    counted = element("p", f"{counts(rows['verdict'])} {said}")
    return [element("h2", "Verdicts", id="verdicts"), counted, made]


def _section(one: Computed, *, drawn: bool) -> list[Element]:
    """Return a result as a section: paper, ours, verdict and rule, figures, tables, sources."""
    result, judgement = one.result, one.judgement
    verdict: list[Element | str] = [_labelled("Verdict"), _badge(judgement.verdict), ". "]
    for what, of_part, _ in judgement.parts if len(judgement.parts) < 5 else ():
        verdict += [f"{what[:1].upper()}{what[1:]}: ", _badge(of_part), ". "]
    elements = [
        element("h2", result.title, id=result.name),
        element("p", _labelled("The paper"), result.paper),
        element("p", _labelled("Here"), judgement.here),
        element("p", *verdict),
        element("p", _labelled("Rule"), result.rule, class_="small"),
    ]
    elements += _drawings(one) if drawn else [element("p", "Its drawing opens this page.")]
    for name, frame in one.tables.items():
        if len(frame) <= LONGEST:
            elements.append(_folded(frame, f"{name}.csv"))
    sources = "; ".join(one.sources) or "the shipped data"
    back = _link("contents", "Contents")
    return [*elements, element("p", _labelled("Behind it"), f"{sources}. ", back, class_="small")]


def _folded(frame: pd.DataFrame, name: str) -> Element:
    """Return a table that is open where it is short."""
    summary = element("summary", f"Table {name}, {len(frame)} rows", class_="small")
    is_open = {"open": "open"} if len(frame) <= FOLDED else {}
    return element("details", summary, framed(frame), **is_open)


def _labelled(label: str) -> Element:
    return element("strong", f"{label}: ")


def framed(frame: pd.DataFrame) -> Element:
    """Return a table of pandas, columns of text to the left."""
    numbers = frame.select_dtypes("number").columns
    texts = frame.columns.difference(numbers, sort=False)
    records = frame[[*texts, *numbers]].to_dict("records")
    rows = [[_cell(column, value) for column, value in row.items()] for row in records]
    made = table(map(str, [*texts, *numbers]), rows, texts=len(texts))
    for cell in made.iter("td"):
        if cell.get("class") == "text" and len(cell.text or "") > 30:
            cell.set("style", "white-space: normal")
    return made


def _cell(column: object, value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, int | float | np.number):
        return str(value)
    is_year = str(column) in ("year", "first_year", "last_year")
    return f"{value:.0f}" if is_year else formatted(float(value))


def _rounded(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _runs(runs: Runs) -> list[Element]:
    made = pd.DataFrame(runs.made)
    if len(made):
        columns = ["name", "changed", "recorded", "ids", "point", "runs", "root"]
        made = made[columns].astype({"point": str, "root": str})
    values = table_of(runs.points).set_index("name").drop(columns=["point", "source"])
    values = values.map(_rounded).T
    said = (
        "A run is called POINT-REPLICATE; its seed follows from the root, the point and the "
        "replicate. What is changed keeps the point's seeds. To repeat:"
    )
    return [
        element("h2", BEHIND, id="runs"),
        element("p", said),
        element("pre", REPEAT.format(root=runs.root, runs=runs.replicates)),
        _folded(made, "of runs"),
        element("h3", "The points"),
        element("p", "Rounded; the code above has them in full.", class_="small"),
        framed(values.rename_axis("parameter").reset_index()),
    ]

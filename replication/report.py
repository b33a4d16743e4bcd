"""The report: one HTML page that holds every result, and its figures and tables as files."""

from __future__ import annotations

import pathlib
import time
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

import defection
from defection.compiled import law_fingerprint
from defection.files import FolderError, check_file, replaced_file
from defection.parameters import PARAMETERS
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

    Parameters
    ----------
    runs : Runs
        What the results are computed with.
    file : path
        The page.
    data : path, optional
        Folder for figures (PNG, SVG), tables (CSV) and a manifest.
    force : bool
        Replace an earlier report.

    Returns
    -------
    list of Computed
        The results in the order of the page.

    Raises
    ------
    FolderError
        The file, or a file of the folder, exists (without ``force``), or cannot be written.
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
    body = [element("h1", TITLE), *_opening(runs), *_summary(found)]
    for one in found:
        body += _section(one)
    return page(TITLE, *body, *_runs(runs))


def _opening(runs: Runs) -> list[Element]:
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
    return [element("p", "Dukalskis, Elkink & Xiong (2017), ", name, paper), facts(said)]


def _badge(verdict: str) -> Element:
    return element("strong", verdict, style=f"color: {COLOURS.get(verdict, '#555')}")


def _summary(found: list[Computed]) -> list[Element]:
    titles = {one.result.name: one.result.title for one in found}
    rows = decided(verdicts([(one.result.name, one.judgement) for one in found]))
    cells = [(titles[row.result], row.part, row.figure, row.verdict) for row in rows.itertuples()]
    made = table(("result", "part", "here", "verdict"), cells, texts=4)
    for *_, cell in filter(None, (line.findall("td") for line in made.iter("tr"))):
        word, cell.text = cell.text or "", None
        cell.append(_badge(word))
    said = "Each follows from a rule that stands in its section; what is only drawn has none."
    return [element("h2", "Verdicts"), element("p", f"{counts(rows['verdict'])} {said}"), made]


def _section(one: Computed) -> list[Element]:
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
    for figure in result.figures(one.tables):
        caption = f"{figure.alt} (file {figure.name})"
        drawing = image(figure.draw(), figure.alt)
        elements.append(element("figure", drawing, element("figcaption", caption)))
    for name, frame in one.tables.items():
        if len(frame) <= LONGEST:
            elements += [framed(frame), element("p", f"Table {name}.csv", class_="small")]
    sources = "; ".join(one.sources) or "the shipped data"
    return [*elements, element("p", _labelled("Behind it"), f"{sources}.", class_="small")]


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
            cell.set("style", "white-space: normal; min-width: 9rem")
    return made


def _cell(column: object, value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, int | float | np.number):
        return str(value)
    is_year = str(column) in ("year", "first_year", "last_year")
    return f"{value:.0f}" if is_year else formatted(float(value))


def _runs(runs: Runs) -> list[Element]:
    made = pd.DataFrame(runs.made)
    if len(made):
        columns = ["name", "changed", "recorded", "ids", "point", "runs", "root"]
        made = made[columns].astype({"point": str, "root": str})
    values = table_of(runs.points).set_index("name")[list(PARAMETERS)].T.astype(str)
    said = (
        "A run is called POINT-REPLICATE; its seed follows from the root, the point and the "
        "replicate. What is changed keeps the point's seeds. To repeat:"
    )
    return [
        element("h2", "The runs behind the numbers", id="runs"),
        element("p", said),
        element("pre", REPEAT.format(root=runs.root, runs=runs.replicates)),
        framed(made),
        element("h3", "The points"),
        framed(values.rename_axis("parameter").reset_index()),
    ]

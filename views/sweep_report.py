"""The report of a sweep: one HTML page that needs no other file and no network."""

import pathlib
from xml.etree.ElementTree import Element

import pandas as pd
import pyarrow.compute as pc

from defection.batch_runs.outcomes import by_point, checked_outcome, unit, words
from defection.batch_runs.store.reading import write_table
from defection.batch_runs.store.results import SweepResults
from defection.batch_runs.sweeps.text import cautions, number, points, progress, varying
from defection.files import FolderError, check_file, replaced_file
from defection.parameters import parameter, parameters_among
from defection.views.figures.catalogue import figures, write_figures
from defection.views.figures.scales import percent
from defection.views.page import element, facts, image, page, table
from defection.views.run_folder import failure

__all__ = ["write_figures", "write_report", "write_table"]

SHOWN = 20
"""Points of the summary: all, or where there are more the ten largest and the ten smallest."""

FAILURES = 50
"""Failed runs that are shown."""


def write_report(
    results: SweepResults,
    file: str | pathlib.Path,
    *,
    outcome: str = "total_successes",
    force: bool = False,
) -> None:
    """Write one HTML page: the plan, the progress, the outcome, figures, failures, how to replay.

    Images and style are in the page; nothing is fetched from anywhere and no script runs. It is
    written beside its place and renamed.

    Parameters
    ----------
    results : SweepResults
        A sweep, as :func:`~defection.batch_runs.open_results` gives it; it may be unfinished.
    file : str or path
        The page.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.
    force : bool
        Replace a file that exists.

    Raises
    ------
    ResultsError
        There is no such outcome; the message says the nearest.
    FolderError
        The file exists (without ``force``), or cannot be written, or a figure cannot be drawn (the
        page is written and says so).

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from defection.batch_runs import run_sweep
    >>> plan = {"seed": 1, "weeks": 60, "design": {"kind": "grid", "replicates": 2}}
    >>> results = run_sweep(plan, tempfile.mkdtemp(), engine="serial")
    >>> file = pathlib.Path(tempfile.mkdtemp(), "report.html")
    >>> write_report(results, file)
    >>> file.read_text().splitlines()[0]
    '<!DOCTYPE html>'
    """
    checked_outcome(results, outcome)
    check_file(file, force=force)
    failed: list[str] = []
    text = report(results, outcome, failed)
    with replaced_file(file, force=force) as beside:
        beside.write_text(text, encoding="utf-8")
    if failed:
        raise FolderError(f"{file} is written, but could not be drawn: {'; '.join(failed)}")


def report(
    results: SweepResults, outcome: str = "total_successes", failed: list[str] | None = None
) -> str:
    """Return the text of the page; figures that could not be drawn are added to ``failed``."""
    about = results.plan.about
    title = f"Sweep of {about['country']}: {points(results.plan.points)}, {words(outcome)}"
    return page(
        title,
        element("h1", title),
        *_plan(results),
        *_progress(results),
        *_summary(results, outcome),
        *_figures(results, outcome, [] if failed is None else failed),
        *_failed(results),
        *_replay(results),
    )


def _plan(results: SweepResults) -> list[Element]:
    about, plan = results.plan.about, results.plan
    stated = about["specification"]
    common = stated["design"]["common_random_numbers"]
    uniforms = "the same random numbers at every point" if common else "own random numbers each run"
    size = f"{points(plan.points)} x {plan.replicates:,} replicates = {plan.runs:,} runs"
    libraries = ", ".join(f"{name} {version}" for name, version in about["made_with"].items())
    rows = {
        "Folder": str(results.path),
        "Design": f"{results.kind}: {size}, {uniforms}",
        "Seed": str(stated["seed"]),
        "Country": f"{about['country']}, {about['weeks']:,} weeks",
        "Weekly series kept": stated["series"].get("keep", "none") if stated["series"] else "none",
        "Planned with": f"defection {about['defection']}; {libraries}",
        "Behaviour, data": f"{plan.law}, {about['data']} (fingerprints)",
    }
    varied, values = varying(results), results.points()
    known = [(name, parameter(name), text) for name, text in varied.items()]
    names = [name for name in parameters_among(values) if name not in varied]
    fixed = ", ".join(f"{name} = {values[name].iloc[0]}" for name in names)
    return [
        element("h2", "What was planned"),
        facts(rows),
        element("h3", "Parameters that vary"),
        table(
            ("parameter", "meaning", "unit", "values"),
            [(name, parameter.meaning, parameter.unit, text) for name, parameter, text in known],
            texts=4,
        ),
        element("p", f"The others are fixed: {fixed}.", class_="small"),
    ]


def _progress(results: SweepResults) -> list[Element]:
    counts = results.counts()
    share = percent((counts["done"] + counts["failed"]) / max(1, counts["planned"]))
    lines = [element("p", f"{progress(results)} That is {share} of the plan.")]
    for caution in cautions(results):
        lines.append(element("p", f"{caution[:1].upper()}{caution[1:]}.", class_="caution"))
    if results.damaged:
        files = [element("li", element("code", str(file))) for file in results.damaged]
        lines.append(element("ul", *files))
    return [element("h2", "How much is done"), *lines]


def _summary(results: SweepResults, outcome: str) -> list[Element]:
    frame = by_point(results, outcome)
    frame = frame[frame["runs"] > 0].sort_values("mean", ascending=False, kind="stable")
    heading = element("h2", f"{words(outcome)[:1].upper()}{words(outcome)[1:]} ({unit(outcome)})")
    if frame.empty:
        return [heading, element("p", "No run is done yet.")]
    note = f"{points(len(frame))} by the mean over replicates, from the largest; "
    note += "in brackets the 90 % interval of the mean."
    names, half = results.varied, SHOWN // 2
    rows = [_row(point, line, names) for point, line in frame.iterrows()]
    if len(frame) > SHOWN:
        note += f" The {half} largest and the {half} smallest are shown; for all runs: "
        note += f"defection results {results.path} --csv FILE."
        rows[half:-half] = [("...", *[""] * (len(names) + 5))]
    head = ("runs", "mean", "90 % interval", "standard deviation", "stopped early")
    return [heading, element("p", note), table(("point", *names, *head), rows)]


def _row(point: object, line: pd.Series, names: list[str]) -> tuple[str, ...]:
    values = [line[name] if isinstance(line[name], str) else f"{line[name]:.4g}" for name in names]
    interval = "-" if pd.isna(line["low"]) else f"[{number(line['low'])}, {number(line['high'])}]"
    mean, sd, early = number(line["mean"]), number(line["sd"]), percent(line["stopped_early"])
    return (str(point), *values, f"{int(line['runs']):,}", mean, interval, sd, early)


def _figures(results: SweepResults, outcome: str, failed: list[str]) -> list[Element]:
    shown = []
    for one in figures(results, outcome):
        try:
            figure = one.draw()
            drawn = image(figure, one.alternative_text(figure))
        except Exception as error:
            failed.append(f"{one.name} ({failure(error)})")
            shown.append(element("p", f"Could not be drawn: {failed[-1]}.", class_="caution"))
        else:
            shown.append(element("figure", drawn, element("figcaption", one.caption)))
    nothing = element("p", "No run is done yet: there is nothing to draw.")
    return [element("h2", "Figures"), *(shown or [nothing])]


def _failed(results: SweepResults) -> list[Element]:
    count = results.counts()["failed"]
    if not count:
        return []
    columns, failed = ["run_id", "seed", "error"], pc.field("status") == "failed"
    first = results.dataset().scanner(columns=columns, filter=failed).head(FAILURES).to_pylist()
    rows = [(one["run_id"], str(one["seed"]), one["error"] or "") for one in first]
    which = f"; the first {len(rows)} of them:" if count > len(rows) else ":"
    return [
        element("h2", "Failed runs"),
        element("p", f"{count:,} runs failed{which}"),
        table(("run", "seed", "error"), rows, texts=3),
    ]


def _replay(results: SweepResults) -> list[Element]:
    first = results.dataset().scanner(columns=["run_id"]).head(1).to_pylist()
    run_id = first[0]["run_id"] if first else "0-0"
    how = "Any run can be simulated again by agents, in full, and compared with what is kept. "
    return [
        element("h2", "Replay a run"),
        element("p", f"{how}Runs are called POINT-REPLICATE:"),
        element("pre", f"defection replay {results.path} {run_id}"),
    ]

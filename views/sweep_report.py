"""The report of a sweep: one HTML page that holds everything, and asks nobody for anything."""

from __future__ import annotations

import pathlib
from xml.etree.ElementTree import Element

import pandas as pd
import pyarrow.compute as pc

from defection.batch_runs.outcomes import by_point, checked_outcome, unit, words
from defection.batch_runs.store.results import SweepResults
from defection.batch_runs.store.results_file import write_table
from defection.batch_runs.sweeps.text import cautions, number, points, progress, varying
from defection.files import check_file, replaced_file
from defection.parameters import PARAMETERS
from defection.views.figures.pictures import pictures
from defection.views.figures.scales import percent
from defection.views.figures.sweep_figures import write_figures
from defection.views.page import element, facts, image, page, table

__all__ = ["write_figures", "write_report", "write_table"]

SHOWN = 20
"""Points of the summary: all, or where there are more the ten largest and the ten smallest."""

FAILURES = 50
"""Failed runs that are shown."""


def write_report(
    results: SweepResults, file: str | pathlib.Path, *, outcome: str = "total_successes", force: bool = False
) -> None:  # fmt: skip
    """Write one HTML page: what was planned, how far it is, what came out in numbers and figures, what failed, how to replay a run.

    Images and style are in the page; nothing is fetched from anywhere and no script runs. It is
    written beside its place and renamed.

    Raises
    ------
    ResultsError
        There is no such outcome; the message says the nearest.
    FolderError
        The file exists (without ``force``), or cannot be written.
    """
    checked_outcome(results, outcome)
    check_file(file, force=force)
    text = report(results, outcome)
    with replaced_file(file, force=force) as beside:
        beside.write_text(text, encoding="utf-8")


def report(results: SweepResults, outcome: str = "total_successes") -> str:
    """Return the text of the page."""
    about = results.plan.about
    title = f"Sweep of {about['country']}: {points(results.plan.points)}, {words(outcome)}"
    return page(title, element("h1", title), *_planned(results), *_progress(results), *_summary(results, outcome),
                *_figures(results, outcome), *_failed(results), *_replay(results))  # fmt: skip


def _planned(results: SweepResults) -> list[Element]:
    about, plan = results.plan.about, results.plan
    said = plan.design
    varied = varying(results)
    luck = (
        "the same luck at every point"
        if said["design"]["common_random_numbers"]
        else "each run its own luck"
    )
    said_of = {
        "Folder": str(results.path),
        "Design": f"{said['design']['kind']}: {points(plan.points)} x {plan.replicates:,} replicates = {plan.runs:,} runs, {luck}",
        "Seed": str(said["seed"]),
        "Country": f"{about['country']}, {about['weeks']:,} weeks",
        "Weekly series kept": said["series"].get("keep", "none") if said["series"] else "none",
        "Planned with": f"defection {about['defection']}; "
        + ", ".join(f"{name} {version}" for name, version in about["made_with"].items()),
        "Law, data": f"{plan.law}, {about['data']} (fingerprints)",
    }
    rows = [
        (name, PARAMETERS[name].meaning, PARAMETERS[name].unit, values)
        for name, values in varied.items()
    ]
    points_table = results.points()
    fixed = [(name, str(points_table[name].iloc[0])) for name in PARAMETERS if name not in varied]
    return [
        element("h2", "What was planned"),
        facts(said_of),
        element("h3", "Parameters that vary"),
        table(("parameter", "meaning", "unit", "values"), rows, texts=4),
        element(
            "p",
            "The others are fixed: "
            + ", ".join(f"{name} = {value}" for name, value in fixed)
            + ".",
            class_="small",
        ),
    ]


def _progress(results: SweepResults) -> list[Element]:
    counts = results.counts()
    share = percent((counts["done"] + counts["failed"]) / max(1, counts["planned"]))
    said = [
        element("h2", "How far it is"),
        element("p", f"{progress(results)} That is {share} of the plan."),
    ]
    said += [
        element("p", f"{caution[:1].upper()}{caution[1:]}.", class_="caution")
        for caution in cautions(results)
    ]
    if results.damaged:
        said.append(
            element("ul", *(element("li", element("code", str(file))) for file in results.damaged))
        )
    return said


def _summary(results: SweepResults, outcome: str) -> list[Element]:
    frame = by_point(results, outcome)
    frame = frame[frame["runs"] > 0].sort_values("mean", ascending=False, kind="stable")
    heading = element("h2", f"{words(outcome)[:1].upper()}{words(outcome)[1:]} ({unit(outcome)})")
    if frame.empty:
        return [heading, element("p", "No run is done yet.")]
    note = f"{points(len(frame))} by the mean over replicates, from the largest; in brackets the 90 % interval of the mean."
    rows = (
        [_row(point, line, results.varied) for point, line in frame.iterrows()]
        if len(frame) <= SHOWN
        else []
    )
    if not rows:
        half = SHOWN // 2
        note += f" The {half} largest and the {half} smallest are shown; for all runs: defection results {results.path} --csv FILE."
        gap = [("...", *[""] * (len(results.varied) + 5))]
        ends = frame.iloc[:half], frame.iloc[-half:]
        rows = [_row(point, line, results.varied) for point, line in ends[0].iterrows()] + gap
        rows += [_row(point, line, results.varied) for point, line in ends[1].iterrows()]
    head = (
        "point",
        *results.varied,
        "runs",
        "mean",
        "90 % interval",
        "standard deviation",
        "stopped early",
    )
    return [heading, element("p", note), table(head, rows)]


def _row(point: object, line: pd.Series, names: list[str]) -> tuple[str, ...]:
    values = [line[name] if isinstance(line[name], str) else f"{line[name]:.4g}" for name in names]
    interval = "-" if pd.isna(line["low"]) else f"[{number(line['low'])}, {number(line['high'])}]"
    return (
        str(point),
        *values,
        f"{int(line['runs']):,}",
        number(line["mean"]),
        interval,
        number(line["sd"]),
        percent(line["stopped_early"]),
    )


def _figures(results: SweepResults, outcome: str) -> list[Element]:
    shown = []
    for picture in pictures(results, outcome):
        figure = picture.draw()
        shown.append(
            element(
                "figure",
                image(figure, picture.described(figure)),
                element("figcaption", picture.caption),
            )
        )
    return [
        element("h2", "Figures"),
        *(shown or [element("p", "No run is done yet: there is nothing to draw.")]),
    ]


def _failed(results: SweepResults) -> list[Element]:
    count = results.counts()["failed"]
    if not count:
        return []
    scanner = results.dataset().scanner(
        columns=["run_id", "seed", "error"], filter=pc.field("status") == "failed"
    )
    rows = [
        (one["run_id"], str(one["seed"]), one["error"] or "")
        for one in scanner.head(FAILURES).to_pylist()
    ]
    note = f"{count:,} runs failed" + (
        f"; the first {len(rows)} of them:" if count > len(rows) else ":"
    )
    return [
        element("h2", "Failed runs"),
        element("p", note),
        table(("run", "seed", "error"), rows, texts=3),
    ]


def _replay(results: SweepResults) -> list[Element]:
    return [
        element("h2", "Replay a run"),
        element("p", "Any run can be told again by agents, in full, and compared with what is kept. Runs are called POINT-REPLICATE:"),
        element("pre", f"defection replay {results.path} {_example(results)}"),
    ]  # fmt: skip


def _example(results: SweepResults) -> str:
    first = results.dataset().scanner(columns=["run_id"]).head(1).to_pylist()
    return str(first[0]["run_id"]) if first else "0-0"

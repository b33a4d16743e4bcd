"""The page of a virtual survey: one HTML file that needs no other file and no network."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pandas as pd

from defection.batch_runs.survey import Survey
from defection.batch_runs.survey.statements import SOURCE
from defection.defaults import is_unfitted
from defection.views.colours import WARNING
from defection.views.figures.survey_margins import CLASS_COLOURS, row_name, survey_margins
from defection.views.page import BLANK, Content, element, facts, image, page, table

COLUMN_CLASSES = {
    "label": "number of the run, its seed, number of the respondent",
    "simulated": "what the simulation says of a person in China",
    "drawn": "drawn at the interview by a published share or an assumption: it says nothing new",
    "function": "follows from the others by coefficients that are drawn inside published bounds",
}
"""Classes of the columns of respondents."""

LIMITS = (
    "No share of people in distress. The published shares cannot be read, so distress is a rank "
    "within the sample: it says who is before whom under one set of coefficients, and no more.",
    "No coefficient. The digits of the published regressions cannot be read. Sets of coefficients "
    "are drawn inside their signs and bounds; none of them is an estimate.",
    "No person. Respondents are draws from expected numbers, and their traits are drawn apart from "
    "each other. No row is anybody's life, and nothing that it says happened to anyone.",
    "No test by agreement of what is drawn or set. Only simulated rows are counted.",
    "No statement about all North Koreans, nor about those who arrived, were sent home and stayed "
    "there, or settled for good: the sample is of people in China at the time.",
    "No statement about places of interviews, routes, or who helped: the model has none.",
)
"""What must not be read out of a virtual survey."""

UNFITTED = (
    "The parameters of the journey are starting values, not fitted, and under the law of Successes "
    "as arrivals too few people cross (docs/journey.md)."
)


def survey_page(survey: Survey) -> str:
    """Return the text of the page of a survey.

    Examples
    --------
    >>> from defection.batch_runs.survey import run_survey
    >>> survey_page(run_survey(runs=1, size=20)).splitlines()[0]
    '<!DOCTYPE html>'
    """
    about = survey.about
    said = about["settings"]
    title = f"Virtual survey of the people in China, {said['from']} to {said['to']}"
    return page(
        title,
        element("h1", title),
        *_first(survey),
        *_limits(),
        *_figures(survey.margins),
        *_statements(survey.statements),
        *_all_margins(survey.margins),
        *_columns(survey),
        *_repeat(survey),
    )


def _changed(survey: Survey) -> dict[str, object]:
    """Return the parameters that are not the defaults."""
    if len(survey.about["points"]) > 1:
        return {"points": f"{len(survey.about['points']):,}, in turn (points.csv)"}
    return dict(survey.about["country"].changes(survey.about["parameters"]))


def _first(survey: Survey) -> list[Element]:
    said, score = survey.about["settings"], survey.about["score"]
    margins = survey.margins
    failed = margins[margins["verdict"] == "outside"].copy()
    missing = margins[margins["verdict"] == "nobody"]
    failed["gap"] = (failed["published_low"] - failed["simulated_95"]).clip(lower=0) + (
        failed["simulated_5"] - failed["published_high"]
    ).clip(lower=0)
    inside, count = score["inside"], score["simulated_margins"]
    runs, surveys = said["runs"], survey.about["surveys"]
    empty, stopped = (survey.about[f"runs_{name}"] for name in ("without_anybody", "stopped_early"))
    intro = (
        f"In each of {runs:,} run{'' if runs == 1 else 's'} {said['size']:,} people are drawn from "
        f"those who are in China in these months, and compared with what Chang, Haggard & Noland "
        f"(2008) published of 1,346 refugees. Time in China counts from the {said['clock']} entry."
    )
    if at := said.get("at"):
        several = len(survey.about["points"])
        draws = f": {several:,} points, one for each run in turn" if several > 1 else ""
        intro += f" Parameters: {at}{draws}."
    if weight := said.get("inclusion"):
        intro += (
            f" A year longer in China makes a person exp({weight:g}) times as likely to be met: an "
            "assumption."
        )
    lines = [element("p", intro)]
    result = (
        f"{inside} of {count} simulated margins are inside, {len(failed)} outside; samples of "
        f"{surveys:,} of {runs:,} runs count. A margin is inside where the published interval and "
        "the central 90 % of the runs' samples overlap. Drawn and set margins are not counted."
    )
    lines.append(element("p", element("strong", result), class_="caution"))
    if all(map(is_unfitted, survey.about["points"])):
        lines.append(element("p", UNFITTED))
    if stopped:
        weeks = f"{min(stopped.values())} to {max(stopped.values())} weeks"
        early = f"{len(stopped):,} of {runs:,} runs stopped (stop_threshold), after {weeks}"
        early += ", before the interviews were over: they are left out, whoever was in China."
        lines.append(element("p", early))
    if empty:
        lines.append(
            element("p", f"In {len(empty):,} runs nobody was in China: they are left out.")
        )
    if len(missing):
        names = ", ".join(row_name(row) for row in missing.to_dict("records"))
        lines.append(element("p", f"Nobody to be measured: {names}."))
    if len(failed):
        rows = [
            (row_name(row), _published(row), *_simulated(row), f"{row['gap']:.1f}")
            for row in failed.sort_values("gap", ascending=False).to_dict("records")
        ]
        head = ("outside", "published, %", "median", "5 %", "95 %", "gap")
        lines += [table(head, rows)]
    note = (
        "The farthest first. Gap: percentage points from the published interval to the central "
        "90 % of the runs."
    )
    return [*lines, element("p", note, class_="small")]


def _limits() -> list[Element]:
    items = [element("li", text) for text in LIMITS]
    return [element("h2", "What must not be read out of this"), element("ul", *items)]


def _published(row: dict[str, object]) -> str:
    return f"{row['published_low']:g} to {row['published_high']:g}"


def _simulated(row: dict[str, object]) -> tuple[str, ...]:
    values = (row["simulated_median"], row["simulated_5"], row["simulated_95"])
    return tuple("" if pd.isna(one) else f"{one:.1f}" for one in values)


def _figures(margins: pd.DataFrame) -> list[Element]:
    captions = {
        "simulated": "Simulated margins: what the model says. Bands: the interval that rounding or "
        "the legible digits allow; lines: the central 90 % of the runs, with the median.",
        "drawn": "Drawn margins: where they agree, it is because respondents are drawn so. No test "
        "of anything. Only people who were arrested can have been in a political facility; where "
        "too few were, it falls short.",
        "set": "Set margins: intercepts are set to them. No test of anything.",
        "another survey": "Of other people: 100 women interviewed in 2001-03 (Kang 2006). Not "
        "counted.",
    }
    shown: list[Element] = [element("h2", "Margins beside what was published")]
    for kind, caption in captions.items():
        has = margins[(margins["class"] == kind) & margins["simulated_median"].notna()]
        if len(has):
            drawn = image(survey_margins(margins, kind), f"{caption} The numbers are in the table.")
            shown.append(element("figure", drawn, element("figcaption", caption)))
    return shown


def _statements(statements: pd.DataFrame) -> list[Element]:
    rows: list[tuple[Content, ...]] = [
        (row.said, _kind(kind), f"{100 * row.share:.1f} %", row.verdict, row.source, row.note)
        for row, kind in zip(statements.itertuples(), statements["class"], strict=True)
    ]
    shown = "samples and sets that show it"
    head = ("statement of the text", "class", shown, "verdict", "source", "note")
    note = (
        "Statements of functions are in every set of coefficients by its bounds and orders. What "
        "is shown here is how often a sample of this size lets one see them."
    )
    rules = " ".join(dict.fromkeys(statements["rule"]))
    return [
        element("h2", "Statements of the text"),
        element("p", f"{note} {rules} {SOURCE}"),
        table(head, [tuple(row) for row in rows], texts=2),
    ]


def _kind(kind: str) -> Element:
    if kind not in CLASS_COLOURS:
        return element("span", kind)
    square = element("span", "\u25a0", style=f"color: {CLASS_COLOURS[kind]}")
    return element("span", square, f"{BLANK}{kind}")


def _all_margins(margins: pd.DataFrame) -> list[Element]:
    rows = []
    for row in margins.to_dict("records"):
        verdict: Content = str(row["verdict"])
        if verdict == "outside":
            verdict = element("strong", "outside", style=f"color: {WARNING}")
        rows.append((
            row_name(row), _kind(str(row["class"])), str(row["note"]), _published(row),
            *_simulated(row), verdict,
        ))  # fmt: skip
    head = ("margin", "class", "note", "published, %", "median", "5 %", "95 %", "verdict")
    rules = margins.drop_duplicates("class")[["class", "rule"]].to_dict("records")
    return [
        element("h2", "All margins"),
        table(head, rows, texts=3),
        element("h3", "How each verdict follows"),
        facts({str(one["class"]): str(one["rule"]) for one in rules}),
    ]


def _columns(survey: Survey) -> list[Element]:
    rows = [
        (kind, meaning, ", ".join(name for name, own in survey.classes.items() if own == kind))
        for kind, meaning in COLUMN_CLASSES.items()
    ]
    return [
        element("h2", "Columns of the respondents"),
        table(("class", "what it means", "columns"), rows, texts=3),
    ]


def _repeat(survey: Survey) -> list[Element]:
    said, about, changed = survey.about["settings"], survey.about, _changed(survey)
    rows = {
        "Country": about["country"].name,
        "Runs": f"{said['runs']:,}, seeds from {said['seed']}",
        "Sets of coefficients": f"{about['coefficient_sets']:,}",
        "Changed parameters": ", ".join(f"{n} = {v}" for n, v in changed.items()) or "none",
    }
    return [element("h2", "How it was made"), facts(rows)]

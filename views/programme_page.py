"""The page of a programme: one HTML file that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from defection.batch_runs.programme import Programme
from defection.batch_runs.programme.closed_form import closed_form
from defection.batch_runs.programme.effects import TOTAL, headline
from defection.batch_runs.programme.tables import COST, NO_EFFECT, UNITS
from defection.defaults import is_unfitted
from defection.views import programme_words as words
from defection.views.figures.programme import programme_paths, programme_tornado
from defection.views.page import element, image, page, table
from defection.views.programme_made import how_it_was_made, of_the_file, years_of
from defection.views.programme_news import news
from defection.views.programme_news import value as _value


def programme_page(found: Programme | Sequence[Programme]) -> str:
    """Return the text of the page of a programme, in one region or in several side by side.

    Examples
    --------
    >>> import tomllib
    >>> from defection.batch_runs.programme import TEMPLATE, run_programme
    >>> small = {"chance.points": 2, "chance.runs": 1}
    >>> programme_page(run_programme(tomllib.loads(TEMPLATE), changes=small)).splitlines()[0]
    '<!DOCTYPE html>'
    """
    every = [found] if isinstance(found, Programme) else list(found)
    first, several = every[0], len(every) > 1
    read, points = first.about["scenario"], [p for one in every for p in one.about["points"]]
    title = f"A programme of rescues from China, {years_of(read.years)}"
    notes = dict.fromkeys(text for one in every for text in notes_of(one))
    body = [element("h1", title), *(element("p", text, class_="caution") for text in notes)]
    body += [*_first(first, several=several), *_regions(every)]
    for one in every:
        if several:
            region = one.about["region"]
            body.append(element("h2", f"In the region: {region}", id=f"region-{region}"))
            body.append(element("p", element("strong", sentence(one)), class_="caution"))
        body += [*_results(one), *_ladder(one), *news(one), *_tornado(one), *_thresholds(one)]
        body += [*_budgets(one), *_paths(one)]
    return page(
        title, *body, *_closed_form(every), *_assumptions(first),
        *_list("What is not counted", words.NOT_COUNTED),
        *_list("Where the model is known to be wrong",
               words.known_failures(first.about["country"], any(map(is_unfitted, points)))),
        *how_it_was_made(every),
    )  # fmt: skip


def notes_of(found: Programme) -> list[str]:
    """Return what is said first of the parameters: of draws that they are, and of what."""
    about, said = found.about, list(found.about["notes"])
    if not isinstance(about["parameters"], Mapping):
        names = ", ".join(of_the_file(about["scenario"]))
        but = f" The file gives {names} in place of the draws' own." if names else ""
        count = len(about["parameters"])
        said.append(words.DRAWS.format(region=about["region"], count=count, but=but))
    if left := about["left_out"]:
        runs = f"{left:,} runs" if left > 1 else "1 run"
        said.append(f"In the region {about['region']} {runs} of the law stopped early: left out.")
    return said


def _span(row: pd.Series) -> str:
    low, high = _value(row["percentile_5"]), _value(row["percentile_95"])
    return f"{_value(row['median'])} ({low} to {high})"


def _middle(values: np.ndarray) -> str:
    """Return a number, or of several, of draws, the median and 5 to 95 %; nothing of none."""
    if not len(values):
        return ""
    low, middle, high = map(_value, map(float, np.quantile(values, [0.05, 0.5, 0.95])))
    return middle if len(values) == 1 else f"{middle} ({low} to {high})"


def row_of(results: pd.DataFrame, measure: str, by: str, unit: str) -> pd.Series:
    """Return the row of a measure."""
    own = results[(results["measure"] == measure) & (results["by"] == by)]
    return own[own["unit"] == unit].iloc[0]


def sentence(found: Programme) -> str:
    """Return what was found, in a few plain sentences."""
    results, (first, further) = found.results, found.about["horizons"]
    money = found.about["scenario"].discounted
    spent = row_of(results, "spent_usd", first, "USD")
    if not spent["percentile_95"] > 0:
        return "Nothing is spent, so nothing changes."
    rescues = row_of(results, "rescues", first, UNITS[0])
    extra = row_of(results, "additional_arrivals", further, UNITS[0])
    early = row_of(results, "earlier_only", further, UNITS[0])
    text = (
        f"For {_value(spent['median'])} USD{money} the programme rescues {_span(rescues)} people. "
        f"By {further}, {_span(extra)} arrivals are additional, and {_span(early)} people arrive "
        "only earlier. "
    )
    total = headline(dict.fromkeys(results["measure"]))
    if len(found.news):
        names = ("further_arrivals", "further_returns")
        more, back = (_span(row_of(results, name, further, UNITS[0])) for name in names)
        text += f"Because home hears of it, {more} arrivals and {back} returns follow besides. "
        extra = row_of(results, total, further, UNITS[0])
    if extra["verdict"] == NO_EFFECT:
        chance = f"P(effect <= 0) = {extra['probability_not_positive']:.2g}"
        return f"{text}There is no sign of an effect on arrivals: {chance}."
    what = " of either kind" if len(found.news) else ""
    cost = _span(row_of(results, COST, further, "USD"))
    return f"{text}An additional arrival{what} costs {cost} USD{money}."


def _first(found: Programme, *, several: bool) -> list[Element]:
    about = found.about
    note = (
        "Median, with 5 to 95 % in brackets, over the points of what is uncertain and the runs of "
        "the law. Expected people: nobody is simulated as a person. Whom the programme takes would "
        "have gone on under the same risks as others; that is computed exactly."
    )
    own = f"In the region {about['region']}: " if several else ""
    lines = [
        element("p", element("strong", own + sentence(found)), class_="caution"),
        element("p", note),
        *(element("p", text, class_=kind) for text, kind in years_text(found)),
    ]
    return [*lines, element("p", words.OTHER_COSTS, class_="small")]


def years_text(found: Programme) -> list[tuple[str, str]]:
    """Return what is said of the years, by the country's data, and of which class each text is."""
    about, read = found.about, found.about["scenario"]
    law, later = about["country"].years[-1], about["later"]
    if not later:
        return [(words.WITHIN.format(last=law), "small")]
    state = "sourced" if read.stated.as_observed else "own" if read.on("crossings_after") else "off"
    begin, end = later.years[0], later.years[-1]
    said = words.OUTSIDE.format(
        first=max(read.years[0], begin), last=read.years[1], law=law, begin=begin, end=end,
        crossings=words.CROSSINGS[state].format(law=law), file="journey/later.csv",
    )  # fmt: skip
    return [(said, "caution"), *([] if read.on("closures") else [(words.NO_CLOSURES, "caution")])]


def _regions(every: Sequence[Programme]) -> list[Element]:
    if len(every) < 2:
        return []
    by, money = every[0].about["horizons"][1], every[0].about["scenario"].discounted
    either, rows = " of either kind" if len(every[0].news) else "", []
    for one in every:
        own = [one.about["region"]]
        for measure in ("rescues", "additional_arrivals", "earlier_only", "returns_averted"):
            at = one.about["horizons"][0] if measure == "rescues" else by
            own.append(_span(row_of(one.results, measure, at, UNITS[0])))
        if either:
            own.append(_span(row_of(one.results, TOTAL, by, UNITS[0])))
        cost = row_of(one.results, COST, by, "USD")
        own.append(NO_EFFECT if cost["verdict"] == NO_EFFECT else _span(cost))
        rows.append(own)
    head = ("region", "rescues", f"additional arrivals by {by}", "only earlier", "returns averted",
            *(["with those that follow from news"] if either else ()),
            f"USD{money} for an additional arrival{either}")  # fmt: skip
    return [element("h2", "By region"), element("p", words.REGIONS), table(head, rows)]


def _results(found: Programme) -> list[Element]:
    rows = []
    for row in found.results.to_dict("records"):
        chance = row["probability_not_positive"]
        said = f"{row['verdict']}, P(effect <= 0) = {chance:.2g}" if chance == chance else ""
        if row["measure"] == COST and row["verdict"] == NO_EFFECT:
            said = NO_EFFECT
        values = (row["median"], row["percentile_5"], row["percentile_95"])
        rows.append((row["meaning"], row["by"], row["unit"], *map(_value, values), said))
    head = ("what", "by", "unit", "median", "5 %", "95 %", "sign")
    return [element("h2", "What the programme changes"), table(head, rows, texts=3)]


def _ladder(found: Programme) -> list[Element]:
    rows = [
        (row.step, row.per, row.arithmetic, row.source, f"{row.usd:,.2f}" if row.usd > 0 else "")
        for row in found.ladder.itertuples()
    ]
    note = (
        "Published figures are those of the groups themselves, with their own definitions. The "
        "steps computed here are at the medians of the inputs, one assumption after the other."
    )
    head = ("step", "USD for one", "arithmetic", "source", "USD")
    return [element("h2", "Costs, step by step"), element("p", note), table(head, rows, texts=4)]


def _tornado(found: Programme) -> list[Element]:
    by, money = found.about["horizons"][1], found.about["scenario"].discounted
    unit = f"additional arrivals per 1 million USD{money}, by {by}"
    rows = [
        (row.meaning, _value(row.input_5), _value(row.input_95), _value(row.arrivals_at_5),
         _value(row.arrivals_at_95), _value(row.difference))
        for row in found.tornado.itertuples()
    ]  # fmt: skip
    if not rows or found.tornado["difference"].isna().any():
        return []
    head = ("input", "its 5 %", "its 95 %", f"{unit}, at its 5 %", "at its 95 %", "difference")
    note = f"One input at a time, the others at their medians: {unit}. The largest change first."
    figure = programme_tornado(found.tornado, found.about["at_medians"], unit)
    alt = f"For each of {len(rows)} inputs a bar from the outcome at its 5 % to that at its 95 %"
    return [
        element("h2", "What each input changes"), element("p", note),
        element("figure", image(figure, alt)), table(head, rows),
    ]  # fmt: skip


def _thresholds(found: Programme) -> list[Element]:
    read, rows = found.about["scenario"], []
    for row in found.thresholds.to_dict("records"):
        span = f"none from {_value(row['from'])} to {_value(row['to'])}"
        at = span if pd.isna(row["at"]) else _value(row["at"])
        rows.append((row["meaning"], row["now"], row["what"], at))
    usd = "" if read.threshold_usd is None else f": {read.threshold_usd:,.10g} USD, the user's"
    note = (
        "One input at a time, the others at their medians: where there is no additional arrival "
        f"any more, or where it costs the threshold{usd or ' (none is set: threshold_usd)'}."
    )
    parts = [element("h2", "At which value it would turn"), element("p", note)]
    parts.append(table(("input", "put in", "what happens", "at"), rows, texts=3))
    if len(found.information):
        note = words.INFORMATION + (words.INFORMATION_WITH_NEWS if len(found.news) else "")
        own = found.information.assign(**found.information[["usd", "standard_error"]].map(_value))
        head = ("known", "USD", "standard error", "sign")
        parts += [element("p", note), table(head, own.drop(columns="input").to_numpy().tolist())]
    return parts


def _budgets(found: Programme) -> list[Element]:
    rows = [[f"{one[0]:g}", *map(_value, one[1:])] for one in found.budgets.to_numpy().tolist()]
    money, by = found.about["scenario"].discounted, found.about["horizons"][1]
    each = f"for each further 1 million USD{money}"
    head = ("times the file's", f"USD{money}", "rescues", f"additional arrivals by {by}",
            f"rescues {each}", f"additional arrivals {each}")  # fmt: skip
    note = "All inputs at their medians, median over runs, without news. Each row beside the last."
    return [element("h2", "By budget"), element("p", note), table(head, rows)]


def _paths(found: Programme) -> list[Element]:
    read, rows = found.about["scenario"], []
    figure = programme_paths(found.paths, read.years)
    for row in found.paths.itertuples():
        values = (row.arrivals_without, row.arrivals_with, row.rescued, row.in_china_with)
        observed = "" if pd.isna(row.observed_arrivals) else f"{row.observed_arrivals:,.0f}"
        rows.append((str(row.year), row.data, *map(_value, values), observed))
    head = ("year", "data", "arrivals without", "with", "rescued", "in China", "observed")
    note = (
        "All inputs at their medians, median over runs. Arrivals are those by way of China to any "
        "country; observed are those in the South. Expected people, so rounded."
    )
    alt = "Arrivals by year with and without the programme, beside those observed; people in China"
    return [
        element("h2", "Over time"), element("p", note), element("figure", image(figure, alt)),
        table(head, rows, texts=2),
    ]  # fmt: skip


def _closed_form(every: Sequence[Programme]) -> list[Element]:
    rows = []
    for one in every:
        read = one.about["scenario"]
        for year in read.years if read.years[0] < read.years[1] else read.years[:1]:
            forms = np.array([
                closed_form(one.about["country"], point, year, one.about["later"])
                for point in one.about["points_at_medians"]
            ])  # fmt: skip
            rows.append((one.about["region"], str(year), *map(_middle, forms.T)))
        own, by = one.draws, one.about["horizons"][1]
        at = by.split(",")[0]
        alone = own[f"rescues_by_{at}"] * (1.0 - own.get("assumptions.other_groups", 0.0))
        share = (own[f"earlier_only_by_{at}"] / alone)[alone > 0.0].to_numpy()
        rows.append((one.about["region"], f"simulated, by {by}", "", "", "", _middle(share)))
    head = ("region", "risks of", "o", "h", "rho", "share that arrives anyway")
    return [element("h2", "Beside a closed form"), element("p", words.CLOSED_FORM),
            table(head, rows, texts=2)]  # fmt: skip


def _assumptions(found: Programme) -> list[Element]:
    columns = ("meaning", "name", "state", "value", "source", "mark")
    rows = [
        tuple(str(row[name]) for name in columns) for row in found.assumptions.to_dict("records")
    ]
    return [element("h2", "Inputs and assumptions"), table(columns, rows, texts=6)]


def _list(title: str, texts: tuple[str, ...]) -> list[Element]:
    return [element("h2", title), element("ul", *(element("li", text) for text in texts))]

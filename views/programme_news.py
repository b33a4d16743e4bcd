"""What the page of a programme says of news at home: further arrivals, returns and attempts."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pandas as pd

from defection.batch_runs.programme import Programme
from defection.batch_runs.programme.assumptions import FREE_PULL
from defection.batch_runs.programme.news import EVERY, LAW, MEASURES
from defection.views.figures.programme import programme_news
from defection.views.page import element, image, table

NOTE = (
    "Home hears of a share of the arrivals and of the returns by force, those of the programme "
    "among them, and remembers them as attempts that succeeded or were stopped. Here is what "
    "changes in paired runs of the law with the same random numbers, {pairs:,} pairs at each "
    "point, with the programme and without. It comes on top of the direct effect, which is that of "
    "runs without such news, exact, and the same whether news is on or off. Arrivals and returns "
    "are those of people who cross for it, or no longer do, and go on for ten years after the law. "
    "Returns are not set against arrivals."
)
NOISE = (
    "Runs jump, and a pair can part by chance of what was heard: the last column says how much. It "
    "is the standard error of the mean of the pairs at one point, as its root mean square over the "
    "points. Here intervals are of these means; those of the results have the error besides. One "
    "that is no wider than a few of them is mostly this noise. More pairs (chance.pairs) make it "
    "narrower. The tornado, the thresholds and the paths are of the direct "
    "effect alone."
)

PULL = (
    "Who remembers a rescue that they heard of is the abler to leave: the log odds of their "
    "ability rise by free_pull, which no source has, as long as it is within their memory. Of the "
    "arrivals in the news, as many are rescues as rescues are among those expected."
)


def value(number: object) -> str:
    """Return a number in short; nothing for what is none."""
    if not isinstance(number, float) or pd.isna(number):
        return ""
    if number == float("inf"):
        return "no upper end"
    size = abs(number)
    return f"{number:,.0f}" if size >= 100 else f"{number:,.3g}" if size > 0 else "0"


def news(found: Programme) -> list[Element]:
    """Return the section about news, where it is on."""
    if not len(found.news):
        return []
    about, own = found.about, found.news
    provinces = [*about["country"].provinces, EVERY]
    parts = [
        element("h2", "What home hears, and what follows"),
        element("p", NOTE.format(pairs=about["scenario"].pairs)), element("p", NOISE),
    ]  # fmt: skip
    if about["scenario"].on(FREE_PULL):
        parts.append(element("p", PULL))
    if left := about["pairs_left_out"]:
        pairs = f"{left:,} pairs, of all points, are" if left > 1 else "1 pair, of all points, is"
        parts.append(element("p", f"{pairs} left out: a run stopped early."))
    drawn = {name: MEASURES[name] for name in (LAW[0], "arrivals")}
    first, law = about["scenario"].years[0], about["country"].years[-1]
    figure = programme_news(own, first, law, drawn)
    alt = f"By year, the median and 5 to 95 % of {' and of '.join(drawn.values())}"
    parts.append(element("figure", image(figure, alt)))
    rows = [_line(own, name, EVERY, EVERY, words) for name, words in MEASURES.items()]
    parts.append(table(("all years and provinces, more or fewer", *_HEAD), rows))
    rows = [_line(own, LAW[0], EVERY, one, one) for one in provinces]
    parts.append(element("p", "Attempts by province, all years."))
    parts.append(table((f"{MEASURES[LAW[0]]}, all years", *_HEAD), rows))
    parts.append(element("p", "Attempts by year, from the first one of the programme on."))
    rows = [_line(own, LAW[0], year, EVERY, str(year)) for year in range(first, law + 1)]
    parts.append(table((f"{MEASURES[LAW[0]]}, all provinces", *_HEAD), rows))
    return [*parts, element("p", "By measure, year and province: news.csv.", class_="small")]


_HEAD = ("median", "5 %", "95 %", "standard error of the pairs")


def _line(own: pd.DataFrame, measure: str, year: object, where: str, words: str) -> list[str]:
    at = (own["measure"] == measure) & (own["year"] == year) & (own["province"] == where)
    row = own[at].iloc[0]
    columns = ("median", "percentile_5", "percentile_95", "pairs_se")
    return [words, *(value(float(row[name])) for name in columns)]

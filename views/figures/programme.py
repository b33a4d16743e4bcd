"""Figures of a programme of rescues: what each input changes, paths over time, news at home."""

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd

from defection.checks import formatted
from defection.views.colours import COLOURS, MIDDLE, NOTE, OBSERVED
from defection.views.figures.figure import Figure, drawn, one_axis


@drawn
def programme_tornado(tornado: pd.DataFrame, median: float, outcome: str) -> Figure:
    """Draw what each uncertain input alone changes, the widest first.

    Parameters
    ----------
    tornado : DataFrame
        Of a ``Programme``.
    median : float
        The outcome with all inputs at their medians.
    outcome : str
        What is on the horizontal axis, in words.

    Returns
    -------
    matplotlib.figure.Figure
        A bar for each input, from the outcome at its 5 % to that at its 95 % quantile.

    Examples
    --------
    >>> row = {"input": "x", "meaning": "a share", "input_5": 0.1, "input_95": 0.9,
    ...        "arrivals_at_5": 9.0, "arrivals_at_95": 4.0, "difference": 5.0}
    >>> figure = programme_tornado(pd.DataFrame([row]), 6.0, "arrivals")
    >>> figure.axes[0].get_xlabel()
    'arrivals'
    """
    figure, axis = one_axis(9, 1.3 + 0.55 * len(tornado))
    positions = np.arange(len(tornado))[::-1]
    for at, row in zip(positions, tornado.itertuples(), strict=True):
        ends = (row.arrivals_at_5, row.arrivals_at_95)
        for end, value, colour in zip(ends, (row.input_5, row.input_95),
                                      (COLOURS[4], MIDDLE), strict=True):  # fmt: skip
            axis.barh(at, end - median, left=median, height=0.6, color=colour)
            side = "left" if end > median or (end == median and end is ends[1]) else "right"
            axis.annotate(formatted(value), (end, at), (4 if side == "left" else -4, 0),
                          textcoords="offset points", ha=side, va="center", fontsize=8)  # fmt: skip
    axis.axvline(median, color=NOTE, lw=1)
    wrap = textwrap.TextWrapper(47, break_long_words=False, break_on_hyphens=False)
    labels = [wrap.fill(text) for text in tornado["meaning"]]
    axis.set_yticks(positions, labels, fontsize=8)
    axis.set(xlabel=outcome, ylabel="one input at a time", ylim=(-0.7, len(tornado) - 0.3))
    axis.margins(x=0.12)
    handles = [axis.barh([0], [0], color=colour) for colour in (COLOURS[4], MIDDLE)]
    axis.legend(handles, ["at its 5 % (number beside it)", "at its 95 %"], loc="lower left",
                bbox_to_anchor=(0, 1), ncols=2, fontsize=8, frameon=False)  # fmt: skip
    axis.grid(axis="x", color="#dddddd", lw=0.6)
    axis.set_axisbelow(True)
    return figure


@drawn
def programme_paths(paths: pd.DataFrame, years: tuple[int, int]) -> Figure:
    """Draw by year who arrives with the programme and without it, and people in China.

    Parameters
    ----------
    paths : DataFrame
        Of a ``Programme``.
    years : tuple of int
        First and last year of the programme.

    Returns
    -------
    matplotlib.figure.Figure
        Arrivals above, people in China below; years after the law's are shaded.

    Examples
    --------
    >>> columns = ["arrivals_without", "arrivals_with", "rescued", "in_china_with",
    ...            "observed_arrivals"]
    >>> row = {"year": 2000, "data": "data", **dict.fromkeys(columns, 1.0)}
    >>> [axis.get_ylabel() for axis in programme_paths(pd.DataFrame([row]), (2000, 2000)).axes]
    ['people a year', 'people']
    """
    figure = Figure(figsize=(9, 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    x = paths["year"] + 0.5
    above.plot(x, paths["arrivals_without"], color=COLOURS[4], lw=2,
               label="by way of China, without the programme")  # fmt: skip
    above.plot(x, paths["arrivals_with"], color=MIDDLE, lw=2, label="with it")
    above.plot(x, paths["observed_arrivals"].astype(float), "o", color=OBSERVED, ms=4,
               label="observed, in the South")  # fmt: skip
    above.set(title="Arrivals", ylabel="people a year")
    below.plot(x, paths["in_china_with"], color=MIDDLE, lw=2, label="with the programme")
    below.set(title="People in China, mean of the year", ylabel="people", xlabel="year")
    after = paths.loc[paths["data"] != "data", "year"]
    for axis in (above, below):
        axis.axvspan(years[0], years[1] + 1, color=COLOURS[5], alpha=0.15, label="the programme")
        if len(after):
            axis.axvspan(after.min(), after.max() + 1, color="#999999", alpha=0.15,
                         label="after the paper's years, extrapolated")  # fmt: skip
        axis.set_ylim(bottom=0)
        axis.legend(fontsize=8, frameon=False)
    return figure


@drawn
def programme_news(news: pd.DataFrame, begin: int, last: int, words: Mapping[str, str]) -> Figure:
    """Draw by year what changes because home hears of a programme.

    Parameters
    ----------
    news : DataFrame
        Of a ``Programme`` with ``news``.
    begin, last : int
        First year of the programme, and the last one of the law.
    words : mapping
        The measures that are drawn, each in its panel, and what they are called.

    Returns
    -------
    matplotlib.figure.Figure
        The median over the points, from 5 to 95 % of them, and a standard error of the pairs.

    Examples
    --------
    >>> row = {"measure": "attempts", "year": 2000, "province": "all", "median": 1.0,
    ...        "percentile_5": 0.0, "percentile_95": 2.0, "pairs_se": 0.5}
    >>> figure = programme_news(pd.DataFrame([row]), 2000, 2000, {"attempts": "attempts"})
    >>> figure.axes[0].get_ylabel()
    'more or fewer a year'
    """
    figure = Figure(figsize=(9, 0.6 + 2.5 * len(words)), layout="constrained")
    axes = figure.subplots(len(words), 1, sharex=True, squeeze=False)[:, 0]
    own = news[(news["province"] == "all") & (news["year"] != "all")]
    own = own[own["year"].astype(int) >= begin]
    for axis, (measure, text) in zip(axes, words.items(), strict=True):
        rows = own[own["measure"] == measure]
        x = rows["year"].astype(int).to_numpy() + 0.5
        low, high = (rows[f"percentile_{end}"].to_numpy(float) for end in (5, 95))
        axis.fill_between(x, low, high, color=MIDDLE, alpha=0.2, lw=0, label="5 to 95 %")
        middle, error = (rows[name].to_numpy(float) for name in ("median", "pairs_se"))
        axis.errorbar(x, middle, error, color=MIDDLE, lw=2, elinewidth=1, capsize=3,
                      label="median, with a standard error of the pairs")  # fmt: skip
        axis.axhline(0.0, color=NOTE, lw=1)
        if len(x) and x[-1] > last + 1:
            axis.axvspan(last + 1, x[-1] + 0.5, color="#999999", alpha=0.15,
                         label="after the law, extrapolated")  # fmt: skip
        axis.set(title=text, ylabel="more or fewer a year")
        axis.legend(fontsize=8, frameon=False)
    axes[-1].set_xlabel("year")
    axes[-1].xaxis.get_major_locator().set_params(integer=True)
    return figure

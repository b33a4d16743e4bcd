"""The figures of a programme show what its tables hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.views.figures.programme import programme_news

YEARS = range(2006, 2017)
WORDS = {"arrivals": "arrivals, in words", "attempts": "attempts, in words"}


def news():
    """Return a table in which no two rows have a number in common; arrivals go on after the law."""
    rows = []
    for measure, last in (("attempts", 2014), ("returns", 2016), ("arrivals", 2016)):
        for year in [*(year for year in YEARS if year <= last), "all"]:
            for province in ("North", "South", "all"):
                number = 10.0 * len(rows) - 300
                rows.append(
                    {"measure": measure, "year": year, "province": province, "median": number,
                     "percentile_5": number - 3, "percentile_95": number + 5, "pairs_se": 1.5}
                )  # fmt: skip
    table = pd.DataFrame(rows)
    table["pairs_se"] += table.index / 100
    return table


def test_news_is_drawn_as_its_table_has_it_from_the_first_year_of_the_programme_on():
    table = news()
    axes = programme_news(table, 2008, 2014, WORDS).axes
    assert [axis.get_title() for axis in axes] == list(WORDS.values())
    for axis, measure in zip(axes, WORDS, strict=True):
        own = table[(table["measure"] == measure) & (table["province"] == "all")]
        own = own[own["year"].isin(range(2008, 2017))]
        assert len(own) == (9 if measure == "arrivals" else 7)
        middle, zero = axis.lines[0], axis.lines[-1]
        x = own["year"].astype(float) + 0.5
        assert middle.get_xdata().tolist() == x.tolist()
        assert middle.get_ydata().tolist() == own["median"].tolist()
        assert set(zero.get_ydata()) == {0.0}
        (bars,) = axis.containers[0].lines[2]
        ends = np.array([segment[:, 1] for segment in bars.get_segments()])
        error = own["pairs_se"].to_numpy()
        np.testing.assert_allclose(ends.mean(axis=1), own["median"])
        np.testing.assert_allclose(np.diff(ends).ravel() / 2, error)
        (band,) = [one for one in axis.collections if one.get_label() == "5 to 95 %"]
        corners = {tuple(corner) for corner in band.get_paths()[0].vertices}
        low, high = own["percentile_5"], own["percentile_95"]
        assert corners == {*zip(x, low, strict=True), *zip(x, high, strict=True)}
        labels = [text.get_text() for text in axis.get_legend().get_texts()]
        assert ("after the law, extrapolated" in labels) == (measure == "arrivals")

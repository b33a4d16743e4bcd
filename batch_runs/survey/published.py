"""What the survey published: margins, shares of traits, signs and bounds of coefficients."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Collection, Mapping

from defection.country import Country, load
from defection.country_folders import folder_of, shipped
from defection.files import digest
from defection.tables import CountryError, Row, read_rows

FOLDER = "survey"
FILES = ("margins.csv", "traits.csv", "coefficients.csv")
SIMULATED, DRAWN, SET = "simulated", "drawn", "set"
CLASSES = {
    SIMULATED: "the simulation says it; it is compared with what was published",
    DRAWN: "drawn at the interview by a published share, or by an assumption: agreement is no test",
    SET: "an intercept is set to the published share: agreement is no test",
    "not modelled": "published, and left out here",
    "another survey": "published of other people: shown beside, not counted",
}
"""Classes of margins."""

MOST_STARS, MOST_SIZE = 3, 100.0


@dataclasses.dataclass(frozen=True)
class Share:
    """The people whose ``column`` has one of ``choices``; everybody where there is no column."""

    column: str = ""
    choices: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> Share:
        """Return what ``column=value|value`` means; nothing stands for everybody.

        Examples
        --------
        >>> Share.from_text("times_returned=2|3+").choices
        ('2', '3+')
        """
        column, _, values = text.partition("=")
        return cls(column, tuple(values.split("|"))) if text else cls()


@dataclasses.dataclass(frozen=True)
class Margin:
    """One published share: the interval of its rounding, and what of the sample it is."""

    item: str
    group: str
    low: float
    high: float
    printed: str
    kind: str
    share: Share
    among: Share
    source: str
    note: str


@dataclasses.dataclass(frozen=True)
class Trait:
    """A value of a trait that is drawn: its share among some, whom it can be; perhaps the rest."""

    trait: str
    value: str
    among: Share
    only: Share
    interval: tuple[float, float] | None
    mark: str


@dataclasses.dataclass(frozen=True)
class Coefficient:
    """What is legible of a coefficient: its sign, its stars, bounds of its size."""

    equation: str
    variable: str
    sign: int
    stars: int
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Published:
    """All that a country's folder ``survey`` holds."""

    margins: tuple[Margin, ...]
    traits: tuple[Trait, ...]
    coefficients: Mapping[tuple[str, str], Coefficient]
    folder: pathlib.Path = pathlib.Path()

    @property
    def fingerprint(self) -> str:
        """A fingerprint (16 hexadecimal digits) of its files."""
        return digest(b"".join((self.folder / name).read_bytes() for name in FILES))

    def check(
        self, coefficients: Collection[tuple[str, str]], traits: Collection[str],
        shares: Collection[str],
    ) -> None:  # fmt: skip
        """Refuse where anything is missing that functions read: it names the file."""
        stated = {one.share.choices[0] for one in self.margins if one.kind == SET}
        stated |= {one.share.column for one in self.margins if one.kind == SET}
        for file, needed, there in (
            ("coefficients.csv", coefficients, self.coefficients.keys()),
            ("traits.csv", traits, {one.trait for one in self.traits}),
            ("margins.csv", shares, stated),
        ):
            for one in needed:
                if one not in there:
                    name = one if isinstance(one, str) else ", ".join(one)
                    raise CountryError(f"{self.folder / file}: there is no row of {name}")


def published(country: str | pathlib.Path | Country, loaded: Country) -> Published:
    """Read what the survey of a country has published.

    Parameters
    ----------
    country : str, path or Country
        As it was named.
    loaded : Country
        The same, loaded.

    Returns
    -------
    Published
        Margins, traits and coefficients.

    Raises
    ------
    CountryError
        It has no survey, or a file of it has a fault: file, line and column.
    """
    if isinstance(country, Country):  # which keeps no folder: a shipped one is known by its data
        same = [name for name in shipped() if load(name).fingerprint == country.fingerprint]
        country = same[0] if same else country.name
    folder = folder_of(country) / FOLDER
    if not folder.is_dir():
        raise CountryError(f"{loaded.name} has no survey: its folder has no folder {FOLDER!r}")
    if "age" not in loaded.dimensions:
        raise CountryError(f"{folder}: a survey needs the dimension 'age' in composition.csv")
    groups = {"province": loaded.provinces, **loaded.dimensions}
    rows = read_rows(folder / "coefficients.csv", _COEFFICIENTS)
    return Published(
        margins=tuple(_margin(row, groups) for row in read_rows(folder / "margins.csv", _MARGINS)),
        traits=tuple(_trait(row, groups) for row in read_rows(folder / "traits.csv", _TRAITS)),
        coefficients={(one.equation, one.variable): one for one in map(_coefficient, rows)},
        folder=folder,
    )


_COEFFICIENTS = ("equation", "variable", "sign", "stars", "low", "high")
_MARGINS = (
    "item", "group", "percent_low", "percent_high", "printed", "class", "share", "among", "source",
    "note",
)  # fmt: skip
_TRAITS = ("trait", "value", "among", "only", "percent_low", "percent_high", "mark")


def _share(row: Row, column: str, groups: Mapping[str, Collection[str]]) -> Share:
    said = Share.from_text(row.optional(column))
    known = groups.get(said.column)
    for value in said.choices if known is not None else ():
        if value not in known:  # type: ignore[operator]
            raise row.error(column, f"{value!r} is none of {', '.join(known or ())}")
    return said


def _interval(row: Row) -> tuple[float, float]:
    low = row.number("percent_low", 0.0, 100.0)
    return low, row.number("percent_high", low, 100.0)


def _margin(row: Row, groups: Mapping[str, Collection[str]]) -> Margin:
    kind = row.text("class")
    if kind not in CLASSES:
        raise row.error("class", f"{kind!r} is none of {', '.join(CLASSES)}")
    low, high = _interval(row)
    return Margin(
        row.text("item"), row.text("group"), low, high, row.text("printed"), kind,
        _share(row, "share", groups), _share(row, "among", groups), row.text("source"),
        row.optional("note"),
    )  # fmt: skip


def _trait(row: Row, groups: Mapping[str, Collection[str]]) -> Trait:
    interval = _interval(row) if row.optional("percent_low") else None
    among, only = _share(row, "among", groups), _share(row, "only", groups)
    return Trait(row.text("trait"), row.text("value"), among, only, interval, row.text("mark"))


def _coefficient(row: Row) -> Coefficient:
    signs = {"positive": 1, "negative": -1}
    if (sign := row.text("sign")) not in signs:
        raise row.error("sign", f"{sign!r} is none of {', '.join(signs)}")
    low = row.number("low", 0.0, MOST_SIZE)
    return Coefficient(
        row.text("equation"), row.text("variable"), signs[sign],
        row.whole("stars", 0, MOST_STARS), low, row.number("high", low, MOST_SIZE),
    )  # fmt: skip

"""Bad and nearly good texts: a good file, changed in a few places as people and programs do."""

from __future__ import annotations

import re

from hypothesis import strategies as st

CHARACTERS = [
    '"', "'", ",", ";", "\t", "\r", "\n", "\r\n", "\0", "\x0b", "\x1c", "\x85", "\u2028", "\u2029",
    "\ufeff", "\u00a0", "\u0660", "\uff11", "\u0307", "_", "#", " ", "-", "+", ".", "e", "$", "%",
    "\U0001f600", "한", "\u202e", "[", "]", "{", "=", "\\", "/", "|",
]  # fmt: skip

NUMBERS = [
    "", "0", "-1", "1", "2", "52", "1.139", "1,139", "1e3", "1e400", "-1e400", "nan", "inf", "-inf",
    "Infinity", "1_000", "0x10", "1 000", "١٢", "１", "²", "1.", ".5", "+7", "--1", "1e", "None",
    "true", "9" * 19, "9" * 25, "9" * 400, "9" * 5000, "4.9e-324", "1e308", "2000000001",
    "9007199254740993", "-0", "-0.0", "0.1", "0.30000000000000004", "99999999999999999999.5", "1E2",
    "1d3", "=1+1", '"5"', "'5'", "5%",
]  # fmt: skip

NAMES = [
    "none", "country", "all", "nothing", "north_korea", "../x", ".", "..", "/", "a" * 300, "1994-1998",
    "1998-1994", "2001-2000", "0-9999", "Inland", "ınland", "young", "year", "seed", "run", "data",
    "people", "category", "week", "province", "hungry year", "A + B", "x; y", "a in b", "x" * 140_000,
]  # fmt: skip

TOML = [
    "[]", "{}", "[[1]]", "{low = 0}", "{low = 2, high = 1}", "{low = 0.1, high = 0.2, steps = 3}",
    "{low = 0.1, high = 0.2, steps = 100000000000}", "{low = nan, high = inf}", '"x"', "true",
    "1979-05-27", "07:32:00", "[1, 1]", "[0.1, 0.2]", '["a", 1]', "{a = {b = {c = 1}}}", "nan", "inf",
    "-1", "0", "1", "3", "1.0", "1.5", "1_000", "0x10", "9223372036854775807", "9223372036854775808",
    "1" * 30, "1" * 5000, "[" * 60 + "]" * 60, "[" * 3000 + "]" * 3000, '""', "'''x'''",
    "{low = 0.1, high = 0.2, scale = 'log'}", "{low = 0.1, high = 0.2, scale = 'cube'}", '"none"',
    "10000000000", '"1994-1998"', "4", "1\n" + "a." * 2000 + "a = 1",
]  # fmt: skip


def _position(draw: st.DrawFn, text: str) -> int:
    return draw(st.integers(0, len(text)))


def _put_character(draw: st.DrawFn, text: str) -> str:
    at = _position(draw, text)
    return text[:at] + draw(st.sampled_from(CHARACTERS)) + text[at:]


def _drop_character(draw: st.DrawFn, text: str) -> str:
    at = _position(draw, text)
    return text[:at] + text[at + 1 :]


def _line(change: str):
    def changed(draw: st.DrawFn, text: str) -> str:
        lines = text.split("\n")
        at = draw(st.integers(0, max(0, len(lines) - 2)))
        if change == "twice":
            lines.insert(at, lines[at])
        elif change == "away":
            del lines[at]
        elif change == "blank":
            lines.insert(at, draw(st.sampled_from(["", " ", ",", "#", "# note", '""'])))
        else:
            lines[at] += draw(st.sampled_from([",", ",x", '"', "\\", "\r", " ", "#"]))
        return "\n".join(lines)

    return changed


def _column_twice(draw: st.DrawFn, text: str) -> str:
    rows = [line.split(",") for line in text.split("\n")]
    at = draw(st.integers(0, max(0, len(rows[0]) - 1)))
    return "\n".join(",".join([*row, row[at]]) if len(row) > at else ",".join(row) for row in rows)


def _piece(pattern: str, pieces: list[str]):
    def changed(draw: st.DrawFn, text: str) -> str:
        found = list(re.finditer(pattern, text))
        if not found:
            return text
        one = draw(st.sampled_from(found))
        return text[: one.start()] + draw(st.sampled_from(pieces)) + text[one.end() :]

    return changed


CELL, VALUE, WORD = r"(?<=[,\n])[^,\n]*(?=[,\n])", r"(?<== )[^\n]+", r"[A-Za-z_]+"

CSV_CHANGES = [
    _piece(CELL, NUMBERS), _piece(CELL, NUMBERS), _piece(CELL, NAMES), _put_character,
    _put_character, _drop_character, _line("twice"), _line("away"), _line("blank"), _line("longer"),
    _column_twice, _piece(WORD, NAMES),
]  # fmt: skip
TOML_CHANGES = [
    _piece(VALUE, TOML), _piece(VALUE, TOML), _piece(VALUE, TOML), _put_character, _drop_character,
    _line("twice"), _line("away"), _piece(WORD, NAMES[:-1]), _piece(r"[0-9.]+", NUMBERS),
]  # fmt: skip
TEXT_CHANGES = [
    _put_character, _drop_character, _piece(r"[0-9.]+", NUMBERS), _piece(WORD, NAMES[:-1]),
    _piece(r"(?<==)[^&;]*", NUMBERS),
]  # fmt: skip

ENCODINGS = ["utf-8"] * 12 + ["utf-8-sig", "utf-16", "latin-1", "cp1252"]


@st.composite
def changed(draw: st.DrawFn, text: str, changes: list, most: int = 3) -> str:
    """Return a text with up to ``most`` changes."""
    for _ in range(draw(st.integers(0, most))):
        text = draw(st.sampled_from(changes))(draw, text)
    return text


@st.composite
def encoded(draw: st.DrawFn, text: str, changes: list) -> bytes:
    """Return the bytes of a changed file."""
    return draw(changed(text, changes)).encode(draw(st.sampled_from(ENCODINGS)), "replace")

"""Streams that cannot be written to stop nothing: not a text, not a bar."""

from __future__ import annotations

import io
import sys

import pytest

from defection.console import Output
from defection.progress import Bar
from tests.streams import ERRORS, broken


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_written_is_dropped_and_the_cause_is_kept(name):
    with broken(name) as stream:
        output = Output(stream)
        assert output.error is None
        for _ in range(2):
            print("results", file=output)
            output.flush()
            assert output.error.errno == ERRORS[name]
        output.discard()


def test_without_a_stream_nothing_is_wrong_until_something_is_written():
    output = Output(None)
    output.flush()
    assert output.error is None
    assert not output.isatty()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp1252", "é \\uac1c \\udcff"),
        ("ascii", "\\xe9 \\uac1c \\udcff"),
        ("utf-8", "é 개 \\udcff"),
    ],
)
def test_characters_that_the_encoding_lacks_are_escapes(encoding, shown):
    output = Output(io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert output.write("é 개 \udcff") == 5
    output.flush()
    assert output.buffer.getvalue().decode(encoding) == shown
    assert output.error is None


@pytest.mark.parametrize("name", ERRORS)
def test_a_bar_without_a_place_to_show_it_stops_nothing(monkeypatch, name):
    with broken(name) as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stream)
        with Bar("sweep", total=60) as bar:
            for done in range(61):
                bar(done, 60)
        assert bar.done == 60

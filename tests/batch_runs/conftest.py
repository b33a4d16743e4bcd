"""A small sweep of the tiny country, in which runs take a millisecond and much happens."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest

from defection.batch_runs import open_results
from tests.conftest import LIVELY, TINY


def _say(value):
    return f'"{value}"' if isinstance(value, str) else repr(value)


@pytest.fixture
def design_file(tmp_path):
    """Write a design file: lively parameters of the tiny country, two of them varying."""

    def write(
        *, points=30, replicates=2, kind="random", top="", design="", series="", **parameters
    ):
        varied = {"famine_effect": "{ low = 0.0, high = 1.0 }", "memory_weeks": "[10, 30]"}
        says = {**{name: _say(value) for name, value in LIVELY.items()}, **varied, **parameters}
        size = f"points = {points}\n" if kind in ("random", "sobol", "latin-hypercube") else ""
        text = f'seed = 7\ncountry = "{TINY.as_posix()}"\n{top}\n[design]\nkind = "{kind}"\n{size}replicates = {replicates}\n{design}\n'
        text += (
            "[parameters]\n"
            + "".join(f"{name} = {value}\n" for name, value in says.items())
            + series
        )
        file = tmp_path / "design.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def content():
    """Return the fingerprint of a sweep's sorted table: the same to the byte means the same."""

    def digest(folder) -> str:
        table = pa.Table.from_pandas(open_results(folder).runs(), preserve_index=False)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        return hashlib.sha256(sink.getvalue()).hexdigest()

    return digest


@pytest.fixture
def warned():
    """Collect what a sweep tells its user."""
    return []

"""Streams that cannot be written to, as processes meet them."""

from __future__ import annotations

import contextlib
import errno
import io
import os

ERRORS = {
    "closed": errno.EBADF,
    "None": errno.EBADF,
    "without a reader": errno.EPIPE,
    "full": errno.ENOSPC,
}
"""What is wrong with a stream, and the error of writing to it."""


@contextlib.contextmanager
def broken(name):
    """Give a stream that cannot be written to."""
    if name == "None":
        yield None
        return
    if name == "closed":
        stream = io.StringIO()
        stream.close()
        yield stream
        return
    reader, writer = os.pipe() if name == "without a reader" else (None, None)
    if reader is not None:
        os.close(reader)
    stream = open(writer or "/dev/full", "w", encoding="utf-8")  # noqa: SIM115
    try:
        yield stream
    finally:
        with contextlib.suppress(OSError):
            stream.close()

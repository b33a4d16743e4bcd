"""Text streams that never stop the work: what cannot be shown is dropped, and the cause is kept."""

import contextlib
import errno
import io
import os
from typing import Any, TextIO


class Output:
    """A text stream in front of ``stream``, which may be closed, full, without a reader or None.

    Characters that its encoding lacks are written as escapes. What cannot be written is dropped.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream: Any = io.TextIOBase() if stream is None else stream
        self._is_there = stream is not None
        self.error: OSError | None = None
        """Why something could not be written; None as long as everything was."""

    def write(self, text: str) -> int:
        """Write a text as far as that is possible."""
        try:
            self._do(self._stream.write, text)
        except UnicodeEncodeError as error:
            shown = text.encode(error.encoding, "backslashreplace").decode(error.encoding)
            self._do(self._stream.write, shown)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        if self._is_there:
            self._do(self._stream.flush)

    def _do(self, act: Any, *arguments: str) -> None:
        if self.error is not None:
            return
        try:
            act(*arguments)
        except UnicodeEncodeError:
            raise
        except (OSError, ValueError) as error:  # a closed file is a ValueError
            closed = OSError(errno.EBADF, "it is closed")
            self.error = error if isinstance(error, OSError) and self._is_there else closed

    def discard(self) -> None:
        """Let what the stream still holds go nowhere: the end of a process flushes it."""
        with contextlib.suppress(OSError, ValueError):
            handle = os.open(os.devnull, os.O_WRONLY)
            os.dup2(handle, self._stream.fileno())
            os.close(handle)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

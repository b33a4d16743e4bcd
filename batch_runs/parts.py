"""What is done of a piece of work, kept in a folder so that a command that was ended goes on."""

from __future__ import annotations

import dataclasses
import io
import pathlib
import re
import shutil
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

import defection
from defection.compiled import law_fingerprint
from defection.files import digest, json_text, make_folder, write_beside

KEY = "key"

Made = TypeVar("Made")


@dataclasses.dataclass(frozen=True)
class Parts:
    """A folder of parts, or nothing where none is kept; a kind of work has a class of its own."""

    folder: pathlib.Path | None
    names: ClassVar[str] = ""
    """Expression that the names of its parts match."""
    error: ClassVar[type[ValueError]] = ValueError
    """What is raised."""

    @classmethod
    def opened(cls, folder: str | pathlib.Path | None, fixed: Any) -> Self:
        """Return the parts of what ``fixed`` fixes; those of something else are removed.

        Parameters
        ----------
        folder : path, optional
            Where they are kept; nowhere if left out.
        fixed : any
            Everything that the parts depend on, apart from the version and the law.

        Raises
        ------
        ValueError
            One of :attr:`error`: it is a folder of something else than parts, or no folder.
        """
        if folder is None:
            return cls(None)
        place = pathlib.Path(folder)
        what = [fixed, defection.__version__, law_fingerprint()]
        key = digest(json_text(what, default=str).encode())
        file = place / KEY
        if place.exists():
            own = re.compile(rf"{KEY}|({cls.names})\.npz|\..+\.tmp")  # the last: left by an end
            held = [place] if not place.is_dir() else [*place.iterdir()]
            if other := [one.name for one in held if not own.fullmatch(one.name)]:
                raise cls.error(f"parts = {place} is no folder of parts: it has {other[0]}")
            if not file.is_file() or file.read_bytes() != key.encode("ascii"):
                shutil.rmtree(place)
        make_folder(place)
        write_beside(file, key.encode("ascii"))
        return cls(place)

    def read(self, name: str) -> dict[str, np.ndarray] | None:
        """Return the arrays of a part, or None where it is not kept."""
        if self.folder is None or not (self.folder / f"{name}.npz").is_file():
            return None
        file = self.folder / f"{name}.npz"
        try:
            with np.load(io.BytesIO(file.read_bytes())) as arrays:
                return dict(arrays)
        except Exception:
            raise self.error(f"{file} cannot be read: remove {self.folder}") from None

    def write(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep a part, whole or not at all."""
        if self.folder is not None:
            file = io.BytesIO()
            np.savez(file, **dict(arrays))  # type: ignore[arg-type]
            write_beside(self.folder / f"{name}.npz", file.getvalue())

    def worked_out(self, work: Callable[..., Made], *arguments: Any) -> Made:
        """Return ``work(*arguments)``; where it fails for good, no parts are left.

        One of :attr:`error` would be raised again and again. After any other one the same call goes
        on with the parts.
        """
        try:
            return work(*arguments)
        except self.error:
            if self.folder is not None:
                shutil.rmtree(self.folder)
            raise

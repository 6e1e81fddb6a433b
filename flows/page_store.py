"""The pictures of pages, kept beside the warehouse: `<folder>/ab/abcdef…/<page>.jpg` by the content of the file they are pages of.

Comes in: JPEG bytes from a reading worker. Goes out: paths for whoever shows pages. Called by `reading_pool` and `review`. They can be made
again from the archived originals at any time; losing them costs time only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class PageStore:
    """A folder of page pictures. Only the user who runs the program can look into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def location(self, sha256: str, number: int) -> Path:
        """Where the picture of a page (from 1) lies, or would lie."""
        return self.folder / sha256[:2] / sha256 / f"{number}.jpg"

    def keep(self, sha256: str, pictures: Mapping[int, bytes]) -> None:
        """Keep the pictures of a file's pages. A disk that cannot take them stops nothing: they can be made again."""
        for number, data in pictures.items():
            target = self.location(sha256, number)
            with suppress(OSError):
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                beside = target.with_name(f"{number}.{os.getpid()}.new")
                beside.write_bytes(data)
                beside.replace(target)

"""What a reading worker does: learn what a file is, expand a container, read some pages. Every function here runs in a worker process.

Comes in: paths, numbers and the settings. Goes out: an `Answer`, which always survives the way back to the parent: an exception of a
foreign library that cannot be unpickled there would be lost on the way. Called by `reading_pool` and `reading_worker`.

The readers are imported inside the functions: the limits of a worker must stand before numerical libraries look at the environment.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from schemas.base import Frozen
from schemas.errors import GongjiangError, RejectedFile, RejectionCode
from schemas.layout import Page
from schemas.settings import Settings

if TYPE_CHECKING:
    from extractors.members import Member

T = TypeVar("T")
UNKNOWN_TYPE = "application/octet-stream"
_MACHINE_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS}
_OUT_OF_REACH = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE}


class InstallationBroken(GongjiangError):
    """A reader could not run at all: nothing is wrong with the file."""

    code = "INSTALLATION_BROKEN"


class FileUnreachable(GongjiangError):
    """The file is gone, forbidden or on a failing disk: nothing can be said about its content."""

    code = "FILE_UNREACHABLE"


@dataclass(frozen=True)
class PagesRead:
    """Some pages of a file, and the pictures (JPEG) of those that have any, by page number."""

    pages: tuple[Page, ...]
    pictures: dict[int, bytes]


class Inspected(Frozen):
    """What a file turned out to be. `rejected` is set where it cannot be read; `dated` is the date that an e-mail states."""

    media_type: str = UNKNOWN_TYPE
    container: bool = False
    pages: int | None = None
    dated: datetime | None = None
    rejected: tuple[RejectionCode, str, str] | None = None  # code, sentence for the user, detail for the log


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What a worker sends back: a value, the rejection of the file, or a failure that is not the file's fault."""

    value: T | None = None
    rejection: RejectedFile | None = None
    failure: GongjiangError | None = None


def answer(job: Callable[..., T], *arguments: Any) -> Answer[T]:
    """Run a job and turn whatever happens into an answer."""
    try:
        return Answer(value=job(*arguments))
    except RejectedFile as error:
        return Answer(rejection=error)
    except GongjiangError as error:
        return Answer(failure=error)
    except MemoryError:
        return Answer(rejection=RejectedFile(RejectionCode.TOO_LARGE, "out of memory"))
    except (ImportError, SyntaxError) as error:
        return Answer(failure=InstallationBroken(f"程序安装不完整（{error}）。", "请运行 gongjiang doctor 检查安装。"))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _MACHINE_FAULTS:
            return Answer(failure=InstallationBroken(f"这台机器现在无法读写文件（{error.strerror}）。", "请清理磁盘或关闭其他程序后重试。"))
        if isinstance(error, OSError) and error.errno in _OUT_OF_REACH:
            return Answer(failure=FileUnreachable(f"文件读不到了（{error.strerror}）。", "请确认文件还在原处、可以读取，然后再次运行。"))
        # A reader that trips over a file is what a damaged file looks like; the traceback goes to the log.
        return Answer(rejection=RejectedFile(RejectionCode.CORRUPT, traceback.format_exc()))


def _require_readers() -> None:
    """If the readers cannot even be imported, no file is to blame."""
    try:
        import extractors.reading  # noqa: F401
    except Exception as error:
        raise InstallationBroken(f"识读程序无法启动（{type(error).__name__}：{error}）。", "请运行 gongjiang doctor 检查安装。") from error


def inspect_file(path: Path, settings: Settings) -> Inspected:
    """Learn a file's type from its content and open it once. A rejection is part of the result, beside the type where that is known."""
    _require_readers()
    from extractors import reading, sniff

    media_type = UNKNOWN_TYPE
    try:
        media_type = sniff.media_type(path)
        inspection = reading.inspect(path, settings)
        dated = reading.received_at(path, inspection.media_type)
    except RejectedFile as error:
        return Inspected(media_type=media_type, rejected=(error.rejection, error.message, error.detail))
    return Inspected(media_type=inspection.media_type, container=inspection.container, pages=inspection.pages, dated=dated)


def expand_container(path: Path, media_type: str, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write the members of an archive or e-mail below `folder`."""
    _require_readers()
    from extractors import reading

    return reading.expand(path, media_type, folder, settings)


def read_pages(path: Path, media_type: str, first: int, last: int, settings: Settings) -> PagesRead:
    """Read pages `first` to `last` (1-based, inclusive)."""
    _require_readers()
    from extractors import page_pictures, reading

    with page_pictures.collected() as pictures:
        return PagesRead(reading.read_pages(path, media_type, first, last, settings), pictures)

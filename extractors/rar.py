"""RAR archives, by rarfile: the format is closed, so packed members are unpacked by one of the programs that can (unrar, unar, 7z)
where it is installed; members that are merely stored need none.

Comes in: a path to a rar. Goes out: `Member` records. Called by `reading`.

The program is never let loose on the archive as a whole: rarfile asks it for one member at a time on its standard output, so that no name,
link or device in the archive reaches the file system, and the limits hold while it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import rarfile

from extractors.members import NOTHING_INSIDE, Member, MemberStore, check_announced, is_litter, relative_name, sha256_of
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Settings

_CHUNK = 1 << 20
# Names of old archives are in the coding of the sender; UTF-16, which rarfile would try, fits any bytes.
_NAME_CODECS = ("utf-8", "gb18030")
_NO_TOOL = (
    "这是 RAR 压缩包，这台电脑上没有能解开它的程序（unrar、unar 或 7z）：请解压后直接发送文件，或重新压缩成 zip；也可以请管理员安装 unar。"
)
_VOLUME = "这是分卷压缩包中的一卷，单独打不开。请对方不分卷，重新压缩成一个 zip 后发送。"
_UNREADABLE = "压缩包打不开（可能已损坏，也可能用了这里不支持的压缩方法）。请先解压，再直接发送文件，或重新压缩成 zip。"


def expand(path: Path, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write the members of a rar below `folder`, named by their SHA-256; folders, links and litter are passed over.

    Raises `RejectedFile`: ENCRYPTED, ARCHIVE_BOMB beyond the limits or where the archive contains itself, UNSUPPORTED_TYPE where no program
    that unpacks is installed, EMPTY without members, CORRUPT otherwise (names that lead out of it included).
    """
    store = MemberStore(folder, settings.limits)
    rarfile.TRY_ENCODINGS = _NAME_CODECS
    # Else rarfile cuts each member out into a small archive in the system's folder, which nobody clears away if this process is killed.
    rarfile.USE_EXTRACT_HACK = 0
    try:
        with rarfile.RarFile(str(path)) as archive:
            if archive.needs_password():
                raise RejectedFile(RejectionCode.ENCRYPTED, "rar: encrypted")
            wanted = _wanted(archive.infolist(), settings)
            if any(entry.compress_type != rarfile.RAR_M0 for entry, _ in wanted):
                rarfile.tool_setup(bsdtar=False)  # rarfile 4.5 calls bsdtar with its arguments in an order that it does not understand
            for entry, name in wanted:
                store.add(name, _chunks(archive, entry))
    except rarfile.RarCannotExec as error:
        raise RejectedFile(RejectionCode.UNSUPPORTED_TYPE, f"rar: {error}", note=_NO_TOOL) from error
    except (rarfile.PasswordRequired, rarfile.RarWrongPassword) as error:
        raise RejectedFile(RejectionCode.ENCRYPTED, f"rar: {error}") from error
    except (rarfile.NeedFirstVolume, FileNotFoundError) as error:
        if isinstance(error, FileNotFoundError) and not path.exists():
            raise
        raise RejectedFile(RejectionCode.CORRUPT, f"rar: {error}", note=_VOLUME) from error
    except rarfile.Error as error:
        raise RejectedFile(RejectionCode.CORRUPT, f"rar: {type(error).__name__}: {error}", note=_UNREADABLE) from error
    itself = sha256_of(path)
    if any(member.sha256 == itself for member in store.members):
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "the archive contains itself")
    if not store.members:
        raise RejectedFile(RejectionCode.EMPTY, "no members", note=NOTHING_INSIDE)
    return tuple(store.members)


def _wanted(entries: Sequence[Any], settings: Settings) -> list[tuple[Any, str]]:
    """The members to expand with their names. A hard link or copy has no bytes of its own: what it points to is a member already."""
    files = [entry for entry in entries if entry.is_file() and entry.file_redir is None]
    check_announced([(entry.file_size, entry.compress_size) for entry in files], settings.limits)
    if any(entry.volume for entry in files):
        raise RejectedFile(RejectionCode.CORRUPT, "rar: several volumes", note=_VOLUME)
    names = [relative_name(entry.filename) for entry in files]
    return [(entry, name) for entry, name in zip(files, names, strict=True) if not is_litter(name)]


def _chunks(archive: Any, entry: Any) -> Iterator[bytes]:
    with archive.open(entry) as member:
        while chunk := member.read(_CHUNK):
            yield bytes(chunk)

"""E-mails (.eml, and Outlook's .msg by `outlook`): their attachments become members; the body text is no document and is passed over.

Comes in: a path to an RFC 5322 message, as sloppy as mail programs make them, or to a msg. Goes out: `Member` records, and the time of
the `Date` header. Called by `reading`.

Headers are taken raw (policy `compat32`) and decoded here: the standard library decodes what calls itself gb2312 strictly, and so loses
every character that only GBK or GB 18030 has (喆, 镕, 堃: names of people), and it replaces the raw GBK file names that old Chinese mail
programs write.
"""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from PIL import Image

from extractors import outlook
from extractors.members import Member, MemberStore
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Settings

Part: TypeAlias = "Message[Any, Any]"

SHANGHAI = ZoneInfo("Asia/Shanghai")


class _Unfolding(policy.Compat32):
    """Headers as they came, but with Content-Type on one line: the parser does not find a boundary that is folded in the middle."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, text = super().header_source_parse(sourcelines)
        return name, re.sub(r"\r?\n(?=[ \t])", "", text) if name.lower() == "content-type" else text


_POLICY = _Unfolding()

# Decoration in signatures: below this size an inline picture is a logo, a photographed certificate is far above it.
_LOGO_BYTES = 20_000
# Pixels: on a shorter side than this the small print of a card is under ten pixels high; a certificate is no banner.
_LEGIBLE_SIDE = 300
_BANNER = 4
_HEADER_BYTES = 1 << 20
_CHINESE_CHARSETS = frozenset({"gb2312", "gbk", "gb_2312-80", "gb-2312", "cp936", "x-gbk"})
_NO_DOCUMENTS = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
    }
)


def expand(path: Path, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """Write the attachments of a mail below `folder`, named by their SHA-256; attached mails become members `….eml`. Empty if there are
    none.

    Raises `RejectedFile`: ENCRYPTED for an encrypted mail, ARCHIVE_BOMB beyond the limits, CORRUPT where parts are announced and cannot
    be found.
    """
    return _expanded(_parse(path), folder, settings)


def expand_outlook(path: Path, folder: Path, settings: Settings) -> tuple[Member, ...]:
    """The same for a msg; a message attached to it becomes a member `….eml`. Raises as `expand`."""
    return _expanded(outlook.message_of(path, settings.limits), folder, settings)


def _expanded(message: Part, folder: Path, settings: Settings) -> tuple[Member, ...]:
    store = MemberStore(folder, settings.limits, received_at=_date_of(message))
    for part in _leaves(message):
        content = _content(part)
        if content is None or _is_decoration(part, content):
            continue
        name = _name_of(part, len(store.members) + 1)
        store.add(name, [content])
    return tuple(store.members)


def received_at(path: Path) -> datetime | None:
    """The `Date` header as an aware time (Asia/Shanghai where it names no zone); None if absent or unreadable."""
    return _date_of(_parse(path, headers_only=True))


def _parse(path: Path, *, headers_only: bool = False) -> Part:
    with path.open("rb") as file:
        content = file.read(_HEADER_BYTES) if headers_only else file.read()
    # Blank lines or a byte order mark before the first header would make the parser see a mail without headers.
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        return BytesParser(policy=_POLICY).parsebytes(content, headersonly=headers_only)
    except RecursionError as error:
        raise RejectedFile(RejectionCode.ARCHIVE_BOMB, "MIME parts nested too deep") from error


def _date_of(message: Part) -> datetime | None:
    raw = _header(message, "date")
    try:
        moment = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is not None:
        return moment
    # "-0000" says: this is UTC, and where the writer is does not matter (RFC 5322 3.3).
    return moment.replace(tzinfo=UTC if raw.rstrip().endswith("-0000") else SHANGHAI)


def _leaves(message: Part) -> Iterator[Part]:
    """The parts that hold something, attached mails as one part each."""
    kind = message.get_content_type()
    if kind == "multipart/encrypted" or (
        kind == "application/pkcs7-mime" and _parameter(message, "content-type", "smime-type") == "enveloped-data"
    ):
        raise RejectedFile(RejectionCode.ENCRYPTED, f"mail: {kind}")
    if message.get_content_maintype() != "multipart":
        yield message
        return
    parts = message.get_payload()
    if not isinstance(parts, list):
        raise RejectedFile(RejectionCode.CORRUPT, f"mail: {kind} without parts", note="邮件不完整，附件取不出来。请对方重新发送邮件。")
    for part in parts:
        if isinstance(part, Message):
            yield from _leaves(part)


def _content(part: Part) -> bytes | None:
    """The bytes of an attachment; None for what is body text or belongs to the mail itself."""
    kind = part.get_content_type()
    if kind in _NO_DOCUMENTS:
        return None
    if kind == "message/rfc822":
        return _attached_mail(part)
    if part.get_content_maintype() == "text" and _disposition(part) != "attachment" and not _file_name(part):
        return None
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else None


def _attached_mail(part: Part) -> bytes:
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(message, Message):
        raise RejectedFile(RejectionCode.CORRUPT, "mail: attached mail without content")
    # Forbidden by RFC 2046 and done all the same: an attached mail in base64, which the parser takes for a mail without headers.
    if _header(part, "content-transfer-encoding").strip().lower() == "base64" and not message.keys():
        try:
            return base64.b64decode(message.as_bytes(), validate=False)
        except binascii.Error as error:
            raise RejectedFile(RejectionCode.CORRUPT, f"mail: {error}") from error
    return message.as_bytes()


def _is_decoration(part: Part, content: bytes) -> bool:
    """A logo or banner in the signature: an inline picture that the text refers to, and small or narrow."""
    inline = _disposition(part) != "attachment" and bool(_header(part, "content-id"))
    if not inline or part.get_content_maintype() != "image":
        return False
    return len(content) < _LOGO_BYTES or _is_too_small(content)


def _is_too_small(content: bytes) -> bool:
    """Whether nothing could be read on a picture of this size; what cannot be opened is left for its reader to refuse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as picture:
                short, long = sorted(picture.size)
    except Exception:  # Pillow's readers raise whatever the broken bytes lead to
        return False
    return short < _LEGIBLE_SIDE or long > _BANNER * short


def _disposition(part: Part) -> str:
    return _header(part, "content-disposition").split(";")[0].strip().lower()


def _name_of(part: Part, number: int) -> str:
    """The attachment's own name, without any folder; made up where it has none."""
    name = re.split(r"[/\\]", _file_name(part))[-1].strip()
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        subject = _decoded(_header(inner[0], "subject")) if isinstance(inner, list) and isinstance(inner[0], Message) else ""
        name = name or re.sub(r"[/\\\s]+", " ", subject).strip()[:80] or f"附件{number}"
        return name if name.lower().endswith(".eml") else f"{name}.eml"
    if name in {"", ".", ".."}:
        return f"附件{number}{mimetypes.guess_extension(part.get_content_type()) or ''}"
    return name


def _file_name(part: Part) -> str:
    return _parameter(part, "content-disposition", "filename") or _parameter(part, "content-type", "name")


def _parameter(part: Part, header: str, parameter: str) -> str:
    """One parameter of a header, whichever way it is encoded: RFC 2231 (in pieces too), RFC 2047 inside the quotes, or raw bytes."""
    holder: Part = Message(policy=_POLICY)
    holder[header] = _header(part, header)
    try:
        value = holder.get_param(parameter, header=header)
    except (TypeError, ValueError, IndexError):  # pieces with and without numbers mixed: the attachment matters more than its name
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        return _in_charset(text.encode("latin-1", "replace"), charset)
    return _decoded(value) if isinstance(value, str) else ""


def _header(message: Part, name: str) -> str:
    """The first header of that name; raw 8-bit bytes in it read as UTF-8 if they are, else as GB 18030. Empty if there is none."""
    for key, value in message.raw_items():
        if key.lower() == name:
            return _in_charset(str(value).encode("utf-8", "surrogateescape"), None)
    return ""


def _decoded(text: str) -> str:
    """RFC 2047 words decoded.

    Neighbouring words of one charset are joined first: Chinese mail programs cut them in the middle of a character.
    """
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (ValueError, binascii.Error, HeaderParseError):
        return text
    return "".join(piece if isinstance(piece, str) else _in_charset(piece, charset) for piece, charset in pieces)


def _in_charset(data: bytes, charset: str | None) -> str:
    """Bytes in the charset they name, gb2312 and GBK read as their superset GB 18030; without a name UTF-8 if valid, else GB 18030."""
    named = (charset or "").lower()
    for codec in ("gb18030" if named in _CHINESE_CHARSETS else named, "utf-8", "gb18030"):
        try:
            return data.decode(codec)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("gb18030", "replace")

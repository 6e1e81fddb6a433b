"""Errors that carry what a person needs: a stable code, what happened, where, what to do next, and whether trying again can help.

Raised by every package; turned into table rows (`review.files.error_code`, `error`) or into one sentence on the terminal only
at the edge, in `flows`.
"""

from enum import StrEnum


class RejectionCode(StrEnum):
    """Why a file could not be read (contract: `review.files.error_code`)."""

    ENCRYPTED = "ENCRYPTED"
    CORRUPT = "CORRUPT"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    TOO_LARGE = "TOO_LARGE"
    ARCHIVE_BOMB = "ARCHIVE_BOMB"
    TIMEOUT = "TIMEOUT"
    EMPTY = "EMPTY"


REMEDIES: dict[RejectionCode, str] = {
    RejectionCode.ENCRYPTED: "文件有密码保护，无法打开。请去掉密码后重新发送。",
    RejectionCode.CORRUPT: "文件已损坏或不完整，无法读取。请对方重新导出或重新扫描后再发送。",
    RejectionCode.UNSUPPORTED_TYPE: "暂不支持这种类型的文件。请另存为 Word（docx）、PDF 或 JPG 图片后重新发送。",
    RejectionCode.TOO_LARGE: "文件过大，超过允许的大小、页数或像素。请拆分文件或降低扫描分辨率（建议 200–300 dpi）后重新发送。",
    RejectionCode.ARCHIVE_BOMB: "压缩包展开后过大或嵌套过深，为安全起见没有打开。请不要多层压缩，直接发送文件。",
    RejectionCode.TIMEOUT: "读取时间过长，已停止。请拆分文件后重新发送。",
    RejectionCode.EMPTY: "文件是空的，没有任何内容。请对方检查后重新发送。",
}


class GongjiangError(Exception):
    """Base of all expected failures. `message` and `remedy` are Chinese sentences for the user.

    `path` is the name that the user knows the file by: a reader, which sees temporary copies only, leaves it out.
    """

    code = "ERROR"
    retryable = False

    def __init__(self, message: str, remedy: str = "", *, path: str | None = None, page: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path
        self.page = page

    def __str__(self) -> str:
        where = "，".join(part for part in (self.path or "", "" if self.page is None else f"第{self.page}页") if part)
        return f"{self.message}{where and f'（{where}）'}{self.remedy}"


class RejectedFile(GongjiangError):
    """A file that cannot be read.

    `detail` is for the log, in English. The user reads `note`, which says what is wrong with this very file and what to do about it;
    without one, the code's general sentence.
    """

    def __init__(self, code: RejectionCode, detail: str = "", *, note: str = "", path: str | None = None, page: int | None = None) -> None:
        super().__init__(note or REMEDIES[code], path=path, page=page)
        self.code = code.value
        self.rejection = code
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        # Readers run in worker processes: the error must survive pickling with its keyword arguments.
        return (_rejected, (self.rejection, self.detail, self.message, self.path, self.page))


def _rejected(code: RejectionCode, detail: str, message: str, path: str | None, page: int | None) -> RejectedFile:
    error = RejectedFile(code, detail, path=path, page=page)
    error.message = message
    return error


class ModelsUnavailable(GongjiangError):
    """The OCR models are missing or altered."""

    code = "MODELS_UNAVAILABLE"


class RulebookInvalid(GongjiangError):
    """A data file of the rulebook or an edition has mistakes; `message` lists all of them."""

    code = "RULEBOOK_INVALID"


class WarehouseUnavailable(GongjiangError):
    """The warehouse file is locked by another process or cannot be opened."""

    code = "WAREHOUSE_UNAVAILABLE"
    retryable = True


class WarehouseBusy(WarehouseUnavailable):
    """Another process has the warehouse open; the published snapshot of it can be read meanwhile."""


class WarehouseDamaged(GongjiangError):
    """The warehouse file is damaged or was made by a newer version."""

    code = "WAREHOUSE_DAMAGED"


class UnsafeQuery(GongjiangError):
    """A user's SQL was refused or failed."""

    code = "QUERY_REFUSED"


class UnknownRecord(GongjiangError):
    """A person spoke about a finding, document, field, applicant or unit that is not there, or left out who speaks and why."""

    code = "UNKNOWN_RECORD"

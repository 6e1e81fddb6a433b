"""Logs that rotate and hold no ID number, telephone number or address.

Comes in: a folder. Goes out: `gongjiang.log` with its older parts, and a filter through which everything that any handler of this process
writes is masked, exception texts included. Called by the commands that work on files, and by `orchestration` for the lines of Prefect's
server.
"""

from __future__ import annotations

import logging
import logging.handlers
import threading
from pathlib import Path
from typing import IO

from flows.privacy import masked

_BYTES = 2_000_000  # of one part
_PARTS = 5  # beside the one being written: weeks of ordinary work, and never more than 12 MB
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_plain = logging.Formatter()


class MaskPersonalData(logging.Filter):
    """Masks a record as a whole: message with its arguments, exception with its chain, stack. Lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; always true."""
        try:
            text = record.getMessage()
        except Exception:  # wrong arguments: logging would print them to standard error, unmasked
            text = f"{record.msg} (arguments do not fit)"
        record.msg, record.args = masked(text), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _plain.formatException(record.exc_info)
        # Formatters use `exc_text` where there is one; without `exc_info` no other handler can format the exception anew.
        record.exc_text, record.exc_info = masked(record.exc_text or "") or None, None
        record.stack_info = masked(record.stack_info) if record.stack_info else record.stack_info
        return True


def rotating(path: Path) -> logging.Handler:
    """A handler that writes masked records to a file of limited size; only this user can read its folder. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_PARTS, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(MaskPersonalData())
    return handler


def log_to(folder: Path) -> Path:
    """Send what `flows` logs to `gongjiang.log` in a folder; returns the file. Asking twice changes nothing. Raises OSError."""
    path = folder / "gongjiang.log"
    logger = logging.getLogger("flows")
    there = [handler for handler in logger.handlers if isinstance(handler, logging.FileHandler)]
    if not any(Path(handler.baseFilename) == path.absolute() for handler in there):
        logger.addHandler(rotating(path))
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return path


def guard_other_loggers() -> None:
    """Mask what other libraries' handlers write as well (Prefect's among them); called once they are imported."""
    loggers = [logging.getLogger(), *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    for handler in {id(handler): handler for logger in loggers for handler in logger.handlers}.values():
        if not any(isinstance(present, MaskPersonalData) for present in handler.filters):
            handler.addFilter(MaskPersonalData())


_LONGEST_LINE = 65_536  # bytes


def keep_lines(stream: IO[bytes], path: Path) -> threading.Thread:
    """Write the lines of a child process's output, masked, to a rotating file until the stream ends; returns the thread that does so."""
    handler = rotating(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def drain() -> None:
        with stream:
            for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):  # output without a line's end must not fill the memory
                text = line.decode("utf-8", "backslashreplace").rstrip()
                handler.handle(logging.LogRecord("server", logging.INFO, "", 0, text, None, None))
        handler.close()

    thread = threading.Thread(target=drain, name="server-log", daemon=True)
    thread.start()
    return thread

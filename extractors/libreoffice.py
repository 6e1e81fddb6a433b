"""LibreOffice as a converter that can do no harm: one process per file, in a profile of its own, that cannot outlive its reader.

Comes in: a file of a known format. Goes out: the path of a docx that is gone when the caller is done. Called by `word_binary`.

The profile is new for every file and forbids macros, links to other files and active content. Everything lies below the work folder, which
is swept when this process is gone. The process is killed at its time limit with all that it started, and by the kernel if the reading
worker that started it is killed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Settings

# Where installers put the program without making it known.
_USUAL_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.com")
# What the program returns after having made its profile: it wants to be started again.
_START_AGAIN = 81
# The reading worker is killed at its own limit: the program must have ended before, or nobody could say what happened.
_SHARE_OF_TIME = 0.75
_PR_SET_PDEATHSIG = 1
_SWITCHES = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Setup/Office", "ooSetupInstCompleted", "true"),
)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</oor:items>
"""
_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class NotInstalled(Exception):
    """This computer has no LibreOffice."""


class ConversionFailed(Exception):
    """LibreOffice could not make a docx of the file."""


def program() -> Path | None:
    """The program itself, None where it is not installed.

    Not the script that starts it: that would be a parent that dies in its stead.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice") or next((place for place in _USUAL_PLACES if Path(place).exists()), None)
    if found is None:
        return None
    start = Path(found).resolve()
    return binary if (binary := start.with_name("soffice.bin")).exists() else start


@contextmanager
def convert(path: Path, suffix: str, import_filter: str, settings: Settings, output: str = "docx:Office Open XML Text") -> Iterator[Path]:
    """A docx of the file, or what `output` names (`pdf:writer_pdf_Export`), for as long as the context lasts; the file is opened as what
    `import_filter` says, and as nothing else.

    Raises `NotInstalled`, `ConversionFailed`, and `RejectedFile(TIMEOUT)`.
    """
    office = program()
    if office is None:
        raise NotInstalled
    work = settings.cache_dir / "work"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-office-", dir=work, ignore_cleanup_errors=True) as name:
        folder = Path(name).absolute()
        # A copy, so that no lock file appears beside the original, and no name of the sender's reaches a command line.
        source = folder / f"document{suffix}"
        shutil.copyfile(path, source)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(
            _SETTINGS.format("".join(_ITEM.format(*switch) for switch in _SWITCHES)), encoding="utf-8"
        )
        command = [
            str(office),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            f"--infilter={import_filter}",
            "--convert-to",
            output,
            "--outdir",
            str(folder / "out"),
            str(source),
        ]
        said = _run(command, folder, settings)
        converted = folder / "out" / f"document.{output.partition(':')[0]}"
        if not converted.is_file():
            raise ConversionFailed(said[-500:])
        yield converted


def _run(command: Sequence[str], folder: Path, settings: Settings) -> str:
    """Run the program to its end, twice where it asks for it; returns what it said."""
    seconds = _SHARE_OF_TIME * settings.limits.seconds
    said = folder / "said.txt"
    for _ in range(2):
        with said.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**_kept(), "HOME": str(folder), "TMPDIR": str(folder), "TMP": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_bind_to_parent if _libc is not None else None,
            )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise RejectedFile(RejectionCode.TIMEOUT, f"LibreOffice ran for {seconds:.0f} s") from error
        finally:
            _kill(process)
        if status != _START_AGAIN:
            break
    return said.read_text(encoding="utf-8", errors="replace").strip()


def _kept() -> dict[str, str]:
    """The little of the environment that the program needs; no proxies, no passwords."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR") if name in os.environ}


def _bind_to_parent() -> None:
    """In the child: die with the worker that started it."""
    assert _libc is not None
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program with everything it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()

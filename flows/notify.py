"""Telling people who are not at the desk: a digest by e-mail, WeCom or DingTalk. Off unless an address is set.

Comes in: the summary of each run. Goes out: messages, sent by a thread of their own. Called by `serve`.

A message that cannot be sent is tried again a few times, then told on the status page and in the log; no run ever waits for it or fails
with it. Nothing personal leaves: see `digest`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from pathlib import Path

from flows.digest import Digest, digest_of
from flows.inbox import SHANGHAI
from flows.summary import RunSummary
from schemas.errors import GongjiangError
from schemas.settings import Notification
from warehouse.connection import open_read_only
from warehouse.day import UnitFinding, open_findings_by_unit
from warehouse.read import code_titles

log = logging.getLogger(__name__)
_WECOM_BYTES = 2000  # WeCom refuses texts above 2,048 bytes
_LAST_WORDS_SECONDS = 15.0  # how long the end of the watch waits for a message on its way


class NotSent(GongjiangError):
    """A message could not be sent; `message` names the way, never the address (it holds the key)."""

    code = "NOTIFICATION_NOT_SENT"
    retryable = True


class Notifier:
    """Collects digests and sends them, at most one message each `interval_seconds`. `tell` is called with what a person should know of
    messages that were not sent, and with None once one was."""

    def __init__(self, settings: Notification, tell: Callable[[str | None], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._known: tuple[UnitFinding, ...] = ()
        self._waiting = Digest()
        self._turn = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    def begin(self, warehouse: Path) -> None:
        """Note what is known already, so that only news is told. Does nothing while no address is set."""
        if not self._settings.wanted:
            return
        with suppress(GongjiangError):
            self._known = self._findings(warehouse)[0] if warehouse.exists() else ()
        self._thread = threading.Thread(target=self._work, name="notifier", daemon=True)
        self._thread.start()

    def after_batch(self, summary: RunSummary, warehouse: Path) -> None:
        """Hand on what a run brought; never raises."""
        if self._thread is None:
            return
        try:
            found, rejections = self._findings(warehouse)
            digest = digest_of(summary, rejections, self._known, found)
            self._known = found
        except Exception as error:
            log.exception("no digest could be made")
            self._tell(f"这一批的通知没有做成（{type(error).__name__}）。")
            return
        with self._turn:
            self._waiting += digest
            self._turn.notify_all()

    def close(self) -> None:
        """Send what waits, and end."""
        if self._thread is None:
            return
        with self._turn:
            self._closing = True
            self._turn.notify_all()
        self._thread.join(_LAST_WORDS_SECONDS)

    @staticmethod
    def _findings(path: Path) -> tuple[tuple[UnitFinding, ...], dict[str, str]]:
        with open_read_only(path) as warehouse:
            return open_findings_by_unit(warehouse), code_titles(warehouse, "rejection")

    def _work(self) -> None:
        sent_at = float("-inf")
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._waiting.worth_telling or self._closing)
                # What comes soon after a message waits for the next one.
                self._turn.wait_for(lambda: self._closing, timeout=max(0.0, sent_at + self._settings.interval_seconds - time.monotonic()))
                digest, self._waiting = self._waiting, Digest()
                closing = self._closing
            if digest.worth_telling:
                self._send(digest)
                sent_at = time.monotonic()
            if closing:
                return

    def _send(self, digest: Digest) -> None:
        text = digest.text(datetime.now(SHANGHAI))
        failures = []
        for name, send in ways(self._settings):
            try:
                self._try(send, text)
            except Exception as error:  # whatever a server answers, the work goes on
                log.warning("notification by %s not sent: %s", name, error)
                failures.append(f"{name}（{error}）" if isinstance(error, NotSent) else f"{name}（{type(error).__name__}）")
        self._tell(f"通知没有发出：{'，'.join(failures)}。收件不受影响，请检查通知设置。" if failures else None)

    def _try(self, send: Callable[[Notification, str], None], text: str) -> None:
        for attempt in range(1, self._settings.attempts + 1):
            try:
                send(self._settings, text)
                return
            except (OSError, smtplib.SMTPException, NotSent):
                if attempt == self._settings.attempts:
                    raise
                with self._turn:
                    self._turn.wait_for(lambda: self._closing, timeout=self._settings.retry_seconds * 2 ** (attempt - 1))


def ways(settings: Notification) -> list[tuple[str, Callable[[Notification, str], None]]]:
    """The ways that are set, with their Chinese names."""
    found: list[tuple[str, Callable[[Notification, str], None]]] = []
    if settings.email_to and settings.smtp_host:
        found.append(("电子邮件", send_email))
    if settings.wecom_url is not None:
        found.append(("企业微信", send_wecom))
    if settings.dingtalk_url is not None:
        found.append(("钉钉", send_dingtalk))
    return found


def send_email(settings: Notification, text: str) -> None:
    """Raises OSError, smtplib.SMTPException."""
    message = EmailMessage()
    message["Subject"] = text.partition("\n")[0]
    message["From"] = settings.email_from or settings.smtp_user
    message["To"] = settings.email_to
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain="gongjiang.invalid")
    message.set_content(text)
    seconds, context = settings.timeout_seconds, ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=seconds)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user and settings.smtp_password is not None:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def send_wecom(settings: Notification, text: str) -> None:
    """A WeCom group robot. Raises OSError, NotSent."""
    assert settings.wecom_url is not None
    _post(settings.wecom_url.get_secret_value(), _shortened(text, _WECOM_BYTES), settings.timeout_seconds)


def send_dingtalk(settings: Notification, text: str) -> None:
    """A DingTalk group robot, signed where a secret is set. Raises OSError, NotSent."""
    assert settings.dingtalk_url is not None
    url = settings.dingtalk_url.get_secret_value()
    if settings.dingtalk_secret is not None:
        secret = settings.dingtalk_secret.get_secret_value()
        moment = str(round(time.time() * 1000))
        digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
        url += f"&timestamp={moment}&sign={urllib.parse.quote_plus(base64.b64encode(digest))}"
    _post(url, text, settings.timeout_seconds)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # the key in the address is for one server only
        return None


def _post(url: str, text: str, seconds: float) -> None:
    parts = urllib.parse.urlsplit(url)
    local = _is_this_machine(parts.hostname or "")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise NotSent("地址要以 https:// 开头")
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if local:
        handlers.append(urllib.request.ProxyHandler({}))
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=seconds) as response:
            answer = json.loads(response.read(100_000))
    except OSError as error:  # its text may hold the address
        reason = getattr(error, "code", None) or getattr(getattr(error, "reason", error), "strerror", None) or type(error).__name__
        raise NotSent(f"服务器没有接收：{reason}") from None
    except ValueError:
        raise NotSent("服务器的回答看不懂") from None
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if code != 0:
        raise NotSent(f"服务器拒绝，代码 {code}")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shortened(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - 30].decode(errors="ignore").rpartition("\n")[0] + "\n……（其余见状态页）"

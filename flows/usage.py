"""Typer speaks Chinese: help pages and usage errors, which the library words in English.

Comes in: Typer's own texts. Goes out: the same in Chinese. Called by `cli`.
"""

from __future__ import annotations

import re
from typing import Any

from typer import TyperException
from typer.core import TyperCommand, TyperGroup

_HELP = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("\nArguments:", "\n参数："),
    ("\nOptions:", "\n选项："),
    ("\nCommands:", "\n命令："),
    ("Show this message and exit.", "显示这段帮助。"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认："),
    ("; required]", "；必填]"),
)
_TYPES = re.compile(r" <[A-Za-z][\w\[\], |]*>")
_ERRORS = (
    (r"Missing (?:argument|option|parameter) '?([^'.]*)[.']*(?: .*)?", r"缺少 \1。"),
    (r"Missing command\.", "没有写明要做什么。"),
    (r"No such option: (\S+)(?: .*)?", r"没有 \1 这个选项。"),
    (r"No such command '([^']*)'\.(?: .*)?", r"没有 \1 这个命令。"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", r"多出了参数：\1。"),
    (r"Option '?([^' ]+)'? requires an argument\.", r"选项 \1 后面缺少内容。"),
    (r"Invalid value for [^:]*: .* '(.*)' does not exist\.", r"找不到 \1，请检查路径。"),
    (r"Invalid value for [^:]*: .* '(.*)' is a file\.", r"\1 是文件，这里需要文件夹。"),
    (r"Invalid value for '?([^':]*)'?: .* greater than or equal to (\S+)", r"\1 的值太小，至少是 \2。"),
    (r"Invalid value for '?([^':]*)'?: .*", r"\1 的值不对。"),
)


def translated_help(text: str) -> str:
    """A help page with the library's own words in Chinese."""
    for english, chinese in _HELP:
        text = text.replace(english, chinese)
    return _TYPES.sub(lambda found: " " * len(found[0]), text)  # the types of arguments say nothing to a person


def usage_error(error: TyperException) -> str:
    """A usage error as a sentence with the way to the help page."""
    message = " ".join(error.format_message().split())
    for pattern, sentence in _ERRORS:
        if re.fullmatch(pattern, message, re.DOTALL):
            message = re.sub(pattern, sentence, message, count=1, flags=re.DOTALL)
            break
    context = getattr(error, "ctx", None)
    command = "gongjiang" if context is None else context.command_path
    return f"{message}用法请看：{command} --help"


class Command(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return translated_help(super().get_help(ctx))


class Group(TyperGroup):
    """The program itself; its commands are listed in the order in which they are used."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return translated_help(super().get_help(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands as they were declared."""
        return list(self.commands)

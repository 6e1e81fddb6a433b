"""`gongjiang user`: who may sign in to the review page. Passwords are asked for twice and never stand on a command line.

Comes in: what a person typed. Goes out: the users file, sentences. Registered in `flows.cli`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.options import ByOption, WarehouseOption, person, put_on_record, settings_from
from flows.review.accounts import Role
from flows.usage import Command, Group
from schemas.errors import GongjiangError

user = typer.Typer(cls=Group, help="审查页面的用户：添加、删除、列出。", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
NameArgument = Annotated[str, typer.Argument(metavar="姓名", help="登录用的姓名。")]


@user.command(cls=Command)
def add(
    name: NameArgument,
    role: Annotated[
        Role, typer.Option("--role", metavar="角色", help="secretariat 秘书处、reviewer 审查员、analyst 统计员。")
    ] = "reviewer",
    by: ByOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """添加用户，或给已有的用户换口令、换角色；口令输入两次，不显示。"""
    from flows.console import say
    from flows.review.accounts import LEAST_LETTERS, ROLE_TITLES, Accounts

    settings, who = settings_from(warehouse=warehouse), person(by)
    password = typer.prompt(f"口令（至少 {LEAST_LETTERS} 个字符）", hide_input=True)
    if typer.prompt("再输入一次", hide_input=True) != password:
        raise GongjiangError("两次输入的口令不一样，没有改动。", "请重新运行。")
    put_on_record(settings, who, "user-set", name.strip(), role)
    Accounts(settings.users).set(name, role, password)
    say(f"用户“{name.strip()}”（{ROLE_TITLES[role]}）可以登录了。")


@user.command(cls=Command)
def remove(name: NameArgument, by: ByOption = None, warehouse: WarehouseOption = None) -> None:
    """删除用户；以前的操作记录保留。"""
    from flows.console import say
    from flows.review.accounts import Accounts

    settings = settings_from(warehouse=warehouse)
    put_on_record(settings, person(by), "user-remove", name.strip())
    if not Accounts(settings.users).remove(name.strip()):
        raise GongjiangError(f"没有用户“{name}”。", "请用 gongjiang user list 查看。")
    say(f"已删除用户“{name}”。")


@user.command("list", cls=Command)
def listed(warehouse: WarehouseOption = None) -> None:
    """列出用户和角色。"""
    from flows.console import say, table
    from flows.review.accounts import ROLE_TITLES, Accounts

    accounts = Accounts(settings_from(warehouse=warehouse).users).all()
    if accounts:
        table(("姓名", "角色"), [(one.name, ROLE_TITLES[one.role]) for one in accounts.values()])
    else:
        say("还没有用户。请用 gongjiang user add 姓名 添加。")

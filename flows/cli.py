"""The command line `gongjiang`: each command is a few lines that call the part which does the work.

Comes in: what a person typed. Goes out: results on standard output, sentences on standard error, an exit status (0 done, 1 not done, 2
typed wrongly, 130 stopped by the person). What is slow to import is imported by the command that needs it.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.accounts import user
from flows.commands.options import CalibrationOption, EditionOption, RegistersOption, WarehouseOption, WorkersOption, settings_from
from flows.commands.papers import lists, notice, sheet
from flows.commands.privacy import audit, export_person, purge
from flows.commands.progress import copies, progress, stage
from flows.commands.querying import query
from flows.commands.reporting import report
from flows.commands.reviewing import review
from flows.commands.safekeeping import backup, restore
from flows.commands.serving import serve, watch
from flows.usage import Command, Group, usage_error
from schemas.errors import GongjiangError
from schemas.settings import Settings

app = typer.Typer(
    cls=Group,
    help="“上海质量工匠”申报材料：收件、识读、形式审查、统计。",
    epilog="常用设置也可写成环境变量（如 GONGJIANG_WAREHOUSE）或放在当前文件夹的 .env 里。",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_STOPPED = 130  # what a shell reports for a command ended by Ctrl-C


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gongjiang {version('gongjiang')}")
        raise typer.Exit


@app.callback()
def _program(version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本。")] = False) -> None:
    """“上海质量工匠”申报材料：收件、识读、形式审查、统计。"""


@app.command(cls=Command)
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="路径", exists=True, help="要读入的文件或文件夹（文件夹逐层读入）。")],
    warehouse: WarehouseOption = None,
    received_at: Annotated[
        str | None,
        typer.Option(
            "--received-at", metavar="时间", help="收件时间，如 2024-03-20T10:00:00+08:00；默认取文件的修改时间，邮件取发信时间。"
        ),
    ] = None,
    registers: RegistersOption = None,
    edition: EditionOption = None,
    workers: WorkersOption = None,
    calibration: CalibrationOption = None,
) -> None:
    """读入材料：收件、识读、审查、入库；再次读入同样的材料不会改变任何内容。"""
    when = None if received_at is None else _time(received_at)
    settings = settings_from(warehouse=warehouse, registers_dir=registers, edition=edition, workers=workers, calibration=calibration)
    from flows.serve import orchestrated

    with orchestrated(settings) as (orchestration, pool):
        from flows.console import Progress, complain, show_summary
        from flows.inbox import own_places, walk
        from flows.ingest import ingest_files

        closed: list[tuple[str, str]] = []
        files = list(walk(paths, leave_out=own_places(settings), closed=closed))
        for name, reason in closed:
            complain(f"文件夹“{name}”打不开（{reason}），里面的文件没有读入。请检查读取权限后再次运行。")
        with Progress() as progress:
            summary = ingest_files(files, when, settings, pool, orchestration, progress)
        show_summary(summary)
        if closed or not summary.complete:
            raise typer.Exit(1)


app.command(cls=Command)(watch)
app.command(cls=Command)(serve)
app.command(cls=Command)(review)


app.command(cls=Command)(query)


@app.command(cls=Command)
def status(warehouse: WarehouseOption = None) -> None:
    """仓库现状：收到了什么，哪些没能读取、为什么，哪些等人处理。"""
    from flows.reports import show_status

    show_status(settings_from(warehouse=warehouse))


app.command(cls=Command)(report)


@app.command(cls=Command)
def explain(
    applicant: Annotated[str, typer.Argument(metavar="申报人", help="姓名、身份证号或申报人编号。")],
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", metavar="格式", help="text 文字或 json。")] = "text",
) -> None:
    """说明一位申报人的结论：每项荣誉从哪一页读到什么、对上名录哪一条、哪个条件成立。"""
    from flows.console import say
    from flows.explain import explanation_lines, explanations

    found, titles = explanations(applicant, settings_from(warehouse=warehouse, edition=edition))
    if output == "json":
        typer.echo("[" + ",\n".join(one.model_dump_json(indent=2) for one in found) + "]")
        return
    for one in found:
        say("\n".join(explanation_lines(one, titles)))


@app.command(cls=Command)
def replay(
    edition: EditionOption = None,
    warehouse: WarehouseOption = None,
    rulebook: Annotated[Path | None, typer.Option("--rulebook", metavar="文件夹", help="另一份规则文件夹。")] = None,
    registers: RegistersOption = None,
    calibration: CalibrationOption = None,
    apply: Annotated[bool, typer.Option("--apply", help="用新的审查结果替换库中的结果；不加则只比较，不改动任何内容。")] = False,
    output: Annotated[Literal["text", "json"], typer.Option("--format", metavar="格式", help="text 文字或 json。")] = "text",
) -> None:
    """按另一套规则重新审查已入库的内容（不重新读文件），列出谁的结论会变、为什么。"""
    from flows.console import say
    from flows.rejudge import replay as judge_again
    from flows.rejudge import replay_lines

    settings = settings_from(warehouse=warehouse, edition=edition, rulebook_dir=rulebook, registers_dir=registers, calibration=calibration)
    result = judge_again(settings, apply=apply)
    if output == "json":
        typer.echo(result.replay.model_dump_json(indent=2))
        return
    say("\n".join(replay_lines(result)))
    say("审查结果已更新。" if apply else "以上只是比较，库中的结果没有改动；要采用，请加 --apply。")


@app.command(cls=Command)
def register(
    kind: Annotated[
        Literal["prior-titles", "bans", "units"],
        typer.Argument(metavar="名册", help="prior-titles 既往称号、bans 限制申报、units 推荐单位。"),
    ],
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 Excel，第一行为列名；新文件整份取代旧名册。")],
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
) -> None:
    """登记名册并重新审查：既往称号、三年不受理名单、推荐单位名单。"""
    from flows.console import say
    from flows.rejudge import register as store
    from flows.rejudge import replay_lines

    changed = store(kind, file, settings_from(warehouse=warehouse, edition=edition))
    say(f"已登记 {changed.entries} 条（{file.name}）。")
    say("\n".join(replay_lines(changed)))


@app.command(cls=Command)
def evaluate(
    truth: Annotated[Path | None, typer.Argument(metavar="真值", help="真值文件（JSON），写法见 samples/README.md。")] = None,
    warehouse: Annotated[Path | None, typer.Argument(metavar="仓库", help="要评测的仓库文件；默认取设置。")] = None,
    corrected: Annotated[
        Path | None, typer.Option("--corrected", metavar="仓库", help="不用真值文件，与这个仓库里人工更正或确认过的值对照。")
    ] = None,
    exported: Annotated[
        Path | None, typer.Option("--export-truth", metavar="文件", help="把人工更正另存为真值文件，以后可用来评测新的识读结果。")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="文件", help="把全部数字存为 JSON。")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="文件", help="另存为一个可直接打开的网页文件。")] = None,
) -> None:
    """评测：把仓库里机器读出的内容与真值（或人工更正）逐项对照。"""
    if (truth is None) == (corrected is None):
        raise GongjiangError(
            "请写明与什么对照。", "写真值文件和仓库，或用 --corrected 仓库；两者只用其一。用法请看：gongjiang evaluate --help"
        )
    from flows.evaluate import evaluate_warehouse, export_truth, read_truth, show_evaluation, truth_of_corrections

    settings = settings_from(warehouse=warehouse or corrected)
    known = truth_of_corrections(settings.warehouse) if truth is None else read_truth(truth)
    if exported is not None:
        export_truth(known, exported)
    show_evaluation(evaluate_warehouse(known, settings.warehouse, settings), settings, json=json, html=html)


@app.command(cls=Command)
def calibrate(
    warehouses: Annotated[list[Path] | None, typer.Argument(metavar="仓库", help="从哪些仓库学习；默认取设置。")] = None,
    truths: Annotated[
        list[Path] | None, typer.Option("--truth", metavar="真值", help="仓库的真值文件，依次对应；不写则用人工更正和确认过的值。")
    ] = None,
    output: Annotated[Path, typer.Option("--output", metavar="文件", help="校准结果写到哪里。")] = Path("calibration.json"),
    review_below: Annotated[
        float | None, typer.Option("--review-below", metavar="界线", min=0.0, max=1.0, help="自己定送人工的界线（0–1）。")
    ] = None,
    calibration: CalibrationOption = None,
) -> None:
    """校准：根据已知对错的读数，重新确定识别打分的可信程度和送人工的界线。"""
    from flows.calibrate import calibrate_from_corrections, calibrate_from_truths, show_fit

    settings = settings_from(calibration=calibration)
    paths = warehouses or [settings.warehouse]
    command = " ".join(["gongjiang calibrate", *(path.name for path in paths), *(f"--truth {path.parent.name}" for path in truths or [])])
    fitted = calibrate_from_truths(paths, truths, settings, command) if truths else calibrate_from_corrections(paths, settings, command)
    show_fit(fitted, output, review_below)


@app.command(cls=Command)
def doctor(warehouse: WarehouseOption = None, registers: RegistersOption = None, edition: EditionOption = None) -> None:
    """检查安装是否齐全，缺什么、怎么补。"""
    from flows.reports import show_checks

    if not show_checks(settings_from(warehouse=warehouse, registers_dir=registers, edition=edition)):
        raise typer.Exit(1)


app.command(cls=Command)(backup)
app.command(cls=Command)(restore)
for secretarial in (notice, sheet, lists, stage, copies, progress, purge, export_person):
    app.command(cls=Command)(secretarial)
app.add_typer(user, name="user")
app.add_typer(audit, name="audit")


def _time(text: str) -> datetime:
    from flows.inbox import SHANGHAI

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise GongjiangError(f"看不懂收件时间“{text}”。", "请写成 2024-03-20T10:00:00+08:00 的形式。") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def main() -> None:
    """Run the command that was typed and end with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command; whatever goes wrong becomes a sentence and an exit status."""
    try:
        outcome = app(arguments, standalone_mode=False, prog_name="gongjiang")
        return _stopped() if outcome == _STOPPED else outcome if isinstance(outcome, int) else 0
    except typer.TyperException as error:
        # A command typed without anything shows its help; everything else is a mistake with a way out.
        typer.echo(error.format_message() if type(error).__name__ == "NoArgsIsHelpError" else usage_error(error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except GongjiangError as error:
        from flows.console import complain

        complain(error)
        return 1
    except Exception as error:
        return _surprise(error)


def _stopped() -> int:
    typer.echo("已停止。已经入库的内容不受影响，再次运行会接着处理。", err=True)
    return _STOPPED


def _surprise(error: Exception) -> int:
    """The last resort: what happened goes to the log, the person is told where."""
    from flows.logs import log_to

    try:
        path = log_to(Settings().cache_dir / "logs")
        logging.getLogger("flows").error("unexpected", exc_info=error)
        where = f"详细情况已写入 {path}，请把它交给维护人员。"
    except OSError:
        where = f"（{error!r}）"
    typer.echo(f"错误：程序遇到了没有料到的问题（{type(error).__name__}）。{where}", err=True)
    return 1


if __name__ == "__main__":
    main()

"""What `gongjiang report` gives: tables on the terminal, or files.

Comes in: settings and what is wanted. Goes out: tables, a page, a workbook, exported files, sentences. Called by `commands.reporting`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.console import say, table
from flows.inbox import SHANGHAI
from flows.moments import understood
from flows.output_file import ReportNotWritten, write_whole
from schemas.errors import GongjiangError
from schemas.settings import Settings
from warehouse.connection import Warehouse, open_read_only
from warehouse.reporting.comparison import Comparison, compare, side

# Statistics that leave the house: a group of fewer than five can be told who they are.
EXPORT_MINIMUM = 5


@dataclass(frozen=True)
class Wanted:
    """What a person asked for; nothing but tables on the terminal where no file is named."""

    html: Path | None = None
    xlsx: Path | None = None
    csv: Path | None = None
    parquet: Path | None = None
    at: datetime | None = None
    compare: str | None = None
    minimum: int | None = None

    @property
    def files(self) -> bool:
        """Whether anything is to be written."""
        return any((self.html, self.xlsx, self.csv, self.parquet))


def write_reports(settings: Settings, wanted: Wanted) -> None:
    """Everything that was asked for.

    Raises:
        WarehouseUnavailable, WarehouseDamaged, RulebookInvalid, ReportNotWritten; GongjiangError: what to compare with is neither a moment
            nor a warehouse.
    """
    with open_read_only(settings.warehouse) as warehouse:
        comparison = None if wanted.compare is None else _compared(warehouse, settings, wanted, wanted.compare)
        if not wanted.files:
            _show(warehouse, wanted, comparison)
        if wanted.html is not None or wanted.xlsx is not None:
            _write_report(warehouse, settings, wanted, comparison)
        if wanted.csv is not None:
            _export(warehouse, wanted, wanted.csv, "csv")
        if wanted.parquet is not None:
            _export(warehouse, wanted, wanted.parquet, "parquet")


def _compared(warehouse: Warehouse, settings: Settings, wanted: Wanted, other: str) -> Comparison:
    now = "现在" if wanted.at is None else _named(wanted.at)
    moment = understood(other)
    if moment is not None:
        first, second = (side(warehouse, _named(moment), moment), side(warehouse, now, wanted.at))
    else:
        path = Path(other)
        if not path.is_file():
            raise GongjiangError(
                f"看不懂要与什么对比：“{other}”。", "请写时间（如 2024-03-01 或 2024-03-01T18:00），或另一届的仓库文件的路径。"
            )
        if path.resolve() == settings.warehouse.resolve():
            raise GongjiangError("不能与同一个仓库对比。", "要与以前的时点对比，请写时间，如 2024-03-01。")
        with open_read_only(path) as earlier:
            first, second = side(earlier, _edition(earlier, path)), side(warehouse, _edition(warehouse, settings.warehouse), wanted.at)
    return compare(first, second, wanted.minimum or 0)


def _named(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _edition(warehouse: Warehouse, path: Path) -> str:
    rows = warehouse.execute("SELECT edition FROM stats.editions ORDER BY deadline DESC LIMIT 1")
    return f"{rows[0][0]} 年度（{path.name}）" if rows else path.name


def _show(warehouse: Warehouse, wanted: Wanted, comparison: Comparison | None) -> None:
    from warehouse.reporting.report_page import compiled

    report = compiled(warehouse, "", datetime.now(SHANGHAI), wanted.at, wanted.minimum or 0)
    say("".join(report.words))
    if comparison is not None:
        rows = [(one.title, one.unit, *(_figure(value) for value in (one.before, one.after, one.change))) for one in comparison.differences]
        table(("项目", "单位", comparison.before, comparison.after, "变化"), rows, title="对比", right=(2, 3, 4))
        return
    for answer in report.tables:
        right = [number for number, column in enumerate(answer.columns) if answer.numeric(column)]
        shown = [
            tuple("…" if (number, place) in answer.hidden else value for place, value in enumerate(row))
            for number, row in enumerate(answer.rows)
        ]
        table(answer.columns, shown, title=answer.title, right=right)


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{round(value, 2):g}" if abs(value) < 100_000 else f"{value:.0f}"


def _write_report(warehouse: Warehouse, settings: Settings, wanted: Wanted, comparison: Comparison | None) -> None:
    from pipeline.rulebook import load_rulebook
    from warehouse.reporting.report_page import compiled, page

    edition = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration).edition
    report = compiled(warehouse, edition.title, datetime.now(SHANGHAI), wanted.at, wanted.minimum or 0)
    report = report.model_copy(update={"comparison": comparison})
    if wanted.html is not None:
        write_whole(wanted.html, page(report))
        say(f"统计报告已写入 {wanted.html}，用浏览器打开即可查看。")
    if wanted.xlsx is not None:
        from warehouse.reporting.workbook import workbook

        write_whole(wanted.xlsx, workbook(report))
        say(f"Excel 工作簿已写入 {wanted.xlsx}。")


def _export(warehouse: Warehouse, wanted: Wanted, folder: Path, output: str) -> None:
    from warehouse.reporting.exports import export_csv, export_parquet

    minimum = EXPORT_MINIMUM if wanted.minimum is None else wanted.minimum
    write: Callable[..., list[tuple[Path, int]]] = {"csv": export_csv, "parquet": export_parquet}[output]
    try:
        made = write(warehouse, folder, minimum, wanted.at)
    except OSError as error:
        raise ReportNotWritten(f"无法写入 {folder}（{error.strerror or error}）。", "请换一个可以写入的位置。") from error
    hidden = sum(cells for _, cells in made)
    left_out = f"小于 {minimum} 的数字及能由此推算的数字共 {hidden} 处留空" if minimum > 1 else "全部数字照实导出"
    say(f"已导出 {len(made)} 个 {output.upper()} 文件到 {folder}（{left_out}）。")

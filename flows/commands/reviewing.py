"""`gongjiang review`: the review page.

Comes in: what a person typed. Goes out: a web page on this machine until Ctrl-C. Registered in `flows.cli`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.options import EditionOption, WarehouseOption, settings_from


def review(
    warehouse: WarehouseOption = None,
    edition: EditionOption = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, metavar="端口", help="默认 8765。")] = None,
    users: Annotated[str | None, typer.Option("--users", metavar="文件", help="用户文件；默认在仓库旁边。")] = None,
) -> None:
    """打开审核页面：名单、逐项核对、更正、不计、通过；在浏览器里使用，按 Ctrl-C 结束。"""
    from flows.console import note
    from flows.logs import log_to
    from flows.reading_pool import ReadingPool
    from flows.review.server import address, review_app, web_server

    settings = settings_from(warehouse=warehouse, edition=edition, review_port=port, users_file=users)
    log_to(settings.cache_dir / "logs")
    with ReadingPool(settings) as pool, review_app(settings, pool) as app:
        server = web_server(app, settings)
        note(f"审核页面：{address(settings)}（按 Ctrl-C 结束）")
        server.run()

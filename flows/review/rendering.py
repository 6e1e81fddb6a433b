"""The page's templates: everything that came out of somebody's file is escaped, scripts come from our own files only.

Comes in: a template's name, the request, what it shows. Goes out: HTML. Called by `pages` and `actions`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from flows.inbox import SHANGHAI
from flows.review.dossier_page import clause_text
from flows.review.masking import MASKED, file_name, masked, veiled

_TRUTHS = {"yes": "符合", "no": "不符合", "unclear": "不能判定"}


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


ENVIRONMENT = Environment(
    loader=PackageLoader("flows.review", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
ENVIRONMENT.filters.update(
    masked=masked, clause=clause_text, veiled=veiled, file_name=file_name, moment=_moment, truth=lambda value: _TRUTHS.get(value, value)
)
ENVIRONMENT.tests["private"] = MASKED.__contains__  # whether a field is hidden until it is revealed


def page_html(template: str, request: Request, **shown: Any) -> str:
    """A rendered template; it knows the visitor (name, role, CSRF token)."""
    return ENVIRONMENT.get_template(template).render(visitor=request.state.visitor, path=request.url.path, **shown)

"""What the register of issuers says of one name. Made by `issuers`, kept in an `HonourCase`. A model only."""

from __future__ import annotations

from typing import Literal

from schemas.base import Frozen
from schemas.codes import IssuerClass, Truth


class IssuerVerdict(Frozen):
    """What the register says of one issuer.

    `text` is what was read; `name` the registered name it met (None if none); `issuer_id` the register's or pattern's id. `certain` is
    False where the name or its class cannot be decided; then `issuer_class` is UNCLEAR. `how` says how it was met; `repaired` that one
    misread character was put right. `in_validity` is NO where the certificate's date lies outside the years of that name. `nearest` are
    registered names near an undecided text."""

    text: str
    issuer_class: IssuerClass
    certain: bool
    how: Literal["name", "short_form", "pattern", "repaired", "title_rule", "unresolved"]
    name: str | None = None
    issuer_id: str | None = None
    repaired: bool = False
    in_validity: Truth = Truth.YES
    nearest: tuple[str, ...] = ()
    note: str = ""

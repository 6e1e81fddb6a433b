"""The register of issuers prepared for look-ups: exact names, compiled patterns, names in a form that can be compared.

Comes in: the `issuers` part of a rulebook. Goes out: an `IssuerRegister`, made once per rulebook. Called by `issuers`, `issuer_slips` and
`joint_issuers`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from pipeline.catalogue.prepared import once_per_part
from pipeline.text.normal_forms import squeeze
from schemas.codes import IssuerClass
from schemas.rules import Issuer, IssuerName, IssuerPattern, Issuers

OWN_LENGTH = 4  # a registered name of this length inside a longer text is that issuer, not a part of another word
RECOGNISED = (IssuerClass.GOVERNMENT, IssuerClass.CAQ, IssuerClass.SAQ)


class RegisterEntry(NamedTuple):
    """One spelling in the register: whose it is, which of its names, and whether it is that name or a short form of it."""

    issuer: Issuer
    name: IssuerName
    how: Literal["name", "short_form"]


class IssuerRegister:
    """The register prepared for look-ups: exact names, compiled patterns, the names that must not be lost inside others."""

    def __init__(self, issuers: Issuers) -> None:
        self.rules = issuers
        self.entries: dict[str, RegisterEntry] = {}
        for issuer in issuers.issuers:
            for name in issuer.names:
                self.entries[squeeze(name.name)] = RegisterEntry(issuer, name, "name")
                for short in name.short_forms:
                    self.entries[squeeze(short)] = RegisterEntry(issuer, name, "short_form")
        self.patterns = [(pattern, re.compile(pattern.pattern)) for pattern in issuers.patterns]
        self.full_names = [key for key, entry in self.entries.items() if entry.how == "name"]
        self.recognised = [key for key in self.full_names if self.entries[key].issuer.issuer_class in RECOGNISED]
        self.variants = str.maketrans(issuers.character_variants)
        self.separators = re.compile(issuers.separators)
        self.openings = re.compile(issuers.joint_openings)
        self.long_names = [key for key in self.entries if len(key) >= OWN_LENGTH]
        self.decorations = sorted(issuers.decorations, key=len, reverse=True)

    def bare(self, text: str) -> str:
        """The name without white space, brackets for seals, quotation marks and end punctuation, in simplified characters."""
        bare = squeeze(text).translate(self.variants)
        for decoration in self.decorations:
            bare = bare.removesuffix(decoration)
        return bare.strip("。.:;,、“”\"'《》()" if not bare.endswith(")") else "。.:;,、“”\"'《》")

    def recognises(self, name: str) -> bool:
        """Whether the issuer of a registered name is of a class that counts."""
        return self.entries[name].issuer.issuer_class in RECOGNISED

    def matching_pattern(self, bare: str) -> IssuerPattern | None:
        """The first pattern that fits, unless the text merely holds a recognised name inside (two issuers run together, or a body of its
        own)."""
        if any(word in bare for word in self.rules.never_in_names):
            return None
        for pattern, regex in self.patterns:
            if regex.search(bare) and not any(name in bare and not _belongs_to(bare, name, pattern) for name in self.recognised):
                return pattern
        return None

    def knows(self, bare: str) -> bool:
        """Whether a bare text is one registered name, short form or pattern name."""
        return bare in self.entries or self.matching_pattern(bare) is not None


def _belongs_to(bare: str, name: str, pattern: IssuerPattern) -> bool:
    # A pattern that spells the recognised name out at its start (a branch of it) has judged that name itself.
    return bare.startswith(name) and pattern.pattern.startswith("^") and pattern.issuer_class != IssuerClass.OTHER


@once_per_part
def register_of(issuers: Issuers) -> IssuerRegister:
    """The register of a rulebook, prepared once."""
    return IssuerRegister(issuers)

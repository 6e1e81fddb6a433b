"""The sentences of certificates: an honour and its holder in, a `Certificate` with real-looking words out.

Called by `inbox`.
"""

from __future__ import annotations

from samples.certificates import Certificate
from samples.dossier import Honour


def word_certificate(honour: Honour, name: str, employer: str) -> Certificate:
    """Choose addressee and sentence by design and by whether a person or a team is honoured."""
    holder = honour.recipient or name
    team = bool(honour.team)
    shown = honour.title.removesuffix(honour.prize) if honour.prize else honour.title
    if honour.design == "plaque":
        return Certificate(honour.heading, f"{employer}{honour.team}", shown, honour.issuers, honour.date, "plaque", team=honour.team)
    addressee = f"{employer}{honour.team}：" if team else f"{holder} 同志："
    return Certificate(
        heading=honour.heading,
        addressee=addressee,
        body=_sentence(honour, shown, employer),
        issuers=honour.issuers,
        date=honour.date,
        design=honour.design,
        prize=honour.prize,
        number=honour.number,
        team=honour.team,
        project=honour.project,
        employer=employer,
        members=honour.members,
    )


def _sentence(honour: Honour, shown: str, employer: str) -> str:
    if honour.design == "award":
        return f"在质量工作中成绩显著，被评为“{shown}”。特发此状，以资鼓励。"
    if honour.design == "numbered":
        return f"荣获“{shown}”，特颁此证。"
    if honour.design == "official":
        project = f"完成的“{honour.project}”项目，" if honour.project else "经评审，"
        return f"{project}荣获“{shown}”{'：' if honour.prize else '，特予表彰。'}"
    if honour.design == "folder":
        return f"荣获“{shown}”称号。特发此证，以资鼓励。"
    if honour.design == "plain":
        return f"你小组被授予“{shown}”称号，特此证明。"
    if honour.team and honour.project:
        return f"你小组的课题《{honour.project}》成绩突出，被评为“{shown}”。特发此证，以资鼓励。"
    return f"荣获“{shown}”称号。特发此证，以资鼓励。"

"""Packs the sample inbox: every applicant's pieces in, files as a secretariat gets them and the list of what is in them out.

Called by `generate`. One method a sender; the order of calls is the order in `truth.json`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from samples import containers, paper, sheets
from samples.annexes import fill_form, fill_summary
from samples.docx_file import pictures_docx
from samples.dossier import Applicant
from samples.records import Document, FieldValue, form_fields, summary_fields
from samples.rendering import print_to_pdf
from samples.retyped import retype_form
from samples.scenario import UNIT_DISTRICT, UNIT_GROUP, UNIT_PARK, applicants
from samples.sheets import Sheet
from samples.studio import Piece, Studio, chance

RECEIVED_AT = "2024-03-20T10:00:00+08:00"


@dataclass(frozen=True)
class FileRecord:
    """One file that arrived, members of containers included."""

    path: str
    status: str
    error_code: str | None
    pages: int | None
    received_at: str


class Inbox:
    """The folder being filled, and the records of its files and documents."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.everybody = {each.key: each for each in applicants()}
        self.studio = Studio(list(self.everybody.values()), seed)
        self.seed = seed
        self.files: list[FileRecord] = []
        self.documents: list[Document] = []

    # --- keeping records -------------------------------------------------------------------------------------------------------

    def _record(
        self, path: str, documents: list[Document], pages: int | None, received_at: str, status: str = "loaded", error: str | None = None
    ) -> None:
        self.files.append(FileRecord(path, status, error, pages, received_at))
        for document in documents:
            document.file, document.received_at = path, received_at
            if not document.pages and not document.in_word_body and pages is not None:
                document.pages = [1]
                document.kind = "photo" if document.kind == "digital" and document.source == "paper" else document.kind
            self.documents.append(document)

    def _write(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def loose(self, path: str, content: bytes, documents: list[Document], pages: int | None = None) -> None:
        """A file of its own."""
        self._write(path, content)
        self._record(path, documents, pages, RECEIVED_AT)

    def container(self, path: str, content: bytes, members: dict[str, tuple[bytes, list[Document], int | None]], received_at: str) -> None:
        """A zip or an e-mail with its members."""
        self._write(path, content)
        self._record(path, [], None, received_at)
        for name, (_, documents, pages) in members.items():
            self._record(f"{path}!/{name}", documents, pages, received_at)

    # --- making members --------------------------------------------------------------------------------------------------------

    def bundle(self, pages: list[Sheet], label: str) -> tuple[bytes, list[Document], int]:
        """Scan sheets into one PDF; documents learn their pages."""
        rng = chance(f"bundle{label}", self.seed)
        scans: list[tuple[bytes, int]] = []
        documents: list[Document] = []
        for number, sheet in enumerate(pages, start=1):
            picture = sheet.picture.rotate(-sheet.turn, expand=True) if sheet.turn else sheet.picture
            if sheet.kind == "photo":
                content, dpi = paper.photograph_page(picture, rng, 1500), 180
            else:
                content, dpi = paper.scan(picture, sheet.kind, sheet.dpi, rng), sheet.dpi
            scans.append((content, dpi))
            for document in sheet.documents:
                document.pages.append(number)
                document.page_kinds[number] = sheet.kind
                document.kind, document.dpi = document.page_kinds[document.pages[0]], dpi
                if sheet.turn:
                    document.turns[number] = sheet.turn
                if document not in documents:
                    documents.append(document)
        return containers.scan_pdf(scans), documents, len(pages)

    def word_form(self, applicant: Applicant) -> tuple[bytes, list[Document], None]:
        """The applicant's form as a Word file, official or retyped."""
        assert applicant.form is not None
        content = retype_form(applicant.form) if applicant.electronic == "retyped" else fill_form(applicant.form)
        return content, [self._form_document(applicant)], None

    def _form_document(self, applicant: Applicant) -> Document:
        assert applicant.form is not None
        found = form_fields(applicant.form, {}, None)
        return Document("application_form", applicant.key, "electronic", found, applicant.unit, in_word_body=applicant.electronic != "pdf")

    def summary_rows(self, keys: list[str]) -> list[dict[str, str]]:
        """The rows of a unit's summary table as its office typed them."""
        rows = []
        for key in keys:
            who = self.everybody[key]
            entries = (who.form.entries | who.paper_changes) if who.form else {}
            row = {
                "name": who.person.name,
                "sex": who.person.sex,
                "birth_date": entries.get("birth_date", f"{who.person.birth[0]}年{who.person.birth[1]}月"),
                "id_number": entries.get("id_number", who.person.id_number),
                "employer": who.employer,
                "post": f"{entries['post']}／{entries['duty']}" if entries else "涂装工／班长",
                "skill_level": f"{entries['skill_level']}／{entries['professional_title']}" if entries else "技师／无",
                "honour_title": "；".join(claim.title for claim in who.form.claims) if who.form else "2022年上海市优秀质量管理小组",
                "phone": entries.get("phone", who.person.phone),
            }
            rows.append(row | who.summary_changes)
        return rows

    def word_summary(self, unit: str, contact: tuple[str, str, str], keys: list[str]) -> tuple[bytes, list[Document], None]:
        """A unit's summary table as a Word file."""
        rows = self.summary_rows(keys)
        document = Document("recommendation_summary", None, "electronic", self._summary_fields(unit, rows), unit, in_word_body=True)
        return fill_summary(unit, contact, rows), [document], None

    def _summary_fields(self, unit: str, rows: list[dict[str, str]]) -> list[FieldValue]:
        return [FieldValue("recommending_unit", unit), *summary_fields(rows)]

    def summary_sheet(self, unit: str, contact: tuple[str, str, str], keys: list[str], seal: str, kind: str, turn: int = 0) -> Sheet:
        """A unit's summary table printed, sealed or not, ready to be scanned."""
        rows = self.summary_rows(keys)
        pdf = print_to_pdf({"summary": fill_summary(unit, contact, rows, trim=True)}, "song")["summary"]
        page = sheets.seal_summary(pdf, seal, 200, chance(f"summary{unit}", self.seed))
        document = Document("recommendation_summary", None, "paper", self._summary_fields(unit, rows), unit)
        document.seals = {"summary": seal} if seal else {}
        return Sheet(page, kind, 200, [document], turn)

    def blank(self, kind: str = "clean") -> Sheet:
        """The empty back of a sheet."""
        return Sheet(sheets.blank_page(150), kind, 150, [Document("blank", None, "paper", [])])

    # --- the industry group's union --------------------------------------------------------------------------------------------

    def send_group(self) -> None:
        """Electronic forms in a Windows zip, one e-mailed form, the unit's post as one scan, one dossier scanned on its own."""
        keys, contact = ["A01", "A02", "A03", "A04"], ("冯立新", "021-64300218", "2024年3月11日")
        top = "申浦装备集团工会"
        members: dict[str, tuple[bytes, list[Document], int | None]] = {}
        members[f"{top}/附件2 推荐汇总表.docx"] = self.word_summary(UNIT_GROUP, contact, keys)
        for key in ("A01", "A02", "A03"):
            who = self.everybody[key]
            members[f"{top}/{who.person.name}/申报审批表（{who.person.name}）.docx"] = self.word_form(who)
        members[f"{top}/顾喆/质量技术奖证书.jpg"] = (*self.studio.certificate_photo(self.everybody["A02"], 1), 1)
        path = "申浦装备集团工会电子材料.zip"
        self.container(path, containers.windows_zip({name: part[0] for name, part in members.items()}), members, RECEIVED_AT)
        self._mail_zheng()
        self.loose("扫描件/申浦装备集团工会纸质材料.pdf", *self.bundle(self._group_post(contact, keys), "group"))
        self.loose("扫描件/郑伟康申报材料.pdf", *self.bundle(self._dossier_zheng(), "zheng"))

    def _mail_zheng(self) -> None:
        date = "Tue, 12 Mar 2024 09:26:41 +0800"
        members: dict[str, tuple[bytes, list[Document], int | None]] = {"郑伟康-申报审批表.docx": self.word_form(self.everybody["A04"])}
        text = "您好！\r\n集团工会推荐的郑伟康同志申报审批表电子版见附件，纸质材料已寄出。\r\n申浦装备集团工会 冯立新\r\n"
        mail = containers.foxmail_mail(
            ("冯立新", "feng@example.com"), "郑伟康申报表电子版", date, text, {name: part[0] for name, part in members.items()}
        )
        self.container("邮件/郑伟康申报表电子版.eml", mail, members, parsedate_to_datetime(date).isoformat())

    def _group_post(self, contact: tuple[str, str, str], keys: list[str]) -> list[Sheet]:
        shen, gu, ouyang = (self.everybody[key] for key in ("A01", "A02", "A03"))
        studio = self.studio
        names = [self.everybody[key].person.name for key in keys]
        cover = sheets.letter(UNIT_GROUP, names, "2024年3月11日", 150, chance("letter", self.seed))
        pages = [
            Sheet(cover, "clean", 150, [Document("other", None, "paper", [], UNIT_GROUP)]),
            self.summary_sheet(UNIT_GROUP, contact, keys, UNIT_GROUP, "clean", turn=90),
        ]
        pages += studio.form_sheets(shen)
        pages += studio.card_sheets(shen, "clean", 200)
        pages += studio.certificate_sheets(shen, "clean", 150, [[0], [1], [2]])
        pages.append(self.blank())
        pages += studio.form_sheets(gu)
        pages += studio.card_sheets(gu, "grey", 200, together=True)
        pages += studio.certificate_sheets(gu, "grey", 150, [[0, 2], [1]])
        pages.append(self.blank("grey"))
        pages += studio.form_sheets(ouyang)
        pages += studio.card_sheets(ouyang, "copy", 200)
        pages += studio.certificate_sheets(ouyang, "clean", 150, [[0, 1], [2]])
        pages.append(self.blank("copy"))
        return pages

    def _dossier_zheng(self) -> list[Sheet]:
        who = self.everybody["A04"]
        pages = self.studio.form_sheets(who)
        pages += self.studio.card_sheets(who, "clean", 300)
        pages += self.studio.certificate_sheets(who, "clean", 150, [[0], [1], [2], [3]])
        for number, turn in ((5, 180), (7, 270), (9, 90)):
            pages[number - 1].turn = turn
        return pages

    # --- the district's promotion centre ---------------------------------------------------------------------------------------

    def send_district(self) -> None:
        """Loose files in a folder per applicant, a summary as Word file, and two files that cannot be read."""
        top = "宝山区质量创新促进中心"
        contact = ("邵敏华", "021-56780343", "2024年3月14日")
        self.loose(f"{top}/推荐汇总表.docx", *self.word_summary(UNIT_DISTRICT, contact, ["A05", "A06", "A07", "A08", "A12"]))
        self._folder_song(f"{top}/01宋立群")
        self._folder_fang(f"{top}/02方䶮")
        self._folder_xu(f"{top}/03许文澜")
        self._folder_tang(f"{top}/04汤国梁")
        han = self.everybody["A12"]
        self._photo(f"{top}/05韩志远/身份证.jpg", self.studio.identity_photo(han))
        self._photo(f"{top}/05韩志远/工会卡.jpg", self.studio.union_photo(han))
        spare = Sheet(sheets.letter(UNIT_DISTRICT, ["韩志远"], "2024年3月13日", 150, chance("spare", self.seed)), "clean", 150)
        content, _, _ = self.bundle([spare], "spare")
        self._write(f"{top}/05韩志远/申报审批表扫描.pdf", content[: len(content) * 2 // 5])
        self._record(f"{top}/05韩志远/申报审批表扫描.pdf", [], None, RECEIVED_AT, "rejected", "CORRUPT")
        self._write(f"{top}/补充材料.zip", containers.locked_zip("补充材料/说明.txt", "密码另行电话告知。".encode("gb18030"), b"bs2024"))
        self._record(f"{top}/补充材料.zip", [], None, RECEIVED_AT, "rejected", "ENCRYPTED")

    def _photo(self, path: str, piece: Piece) -> None:
        self.loose(path, piece[0], piece[1], 1)

    def _folder_song(self, folder: str) -> None:
        who = self.everybody["A05"]
        self.loose(f"{folder}/申报审批表.docx", *self.word_form(who))
        self.loose(f"{folder}/申报审批表（盖章）.pdf", *self.bundle(self.studio.form_sheets(who), "song"))
        self._photo(f"{folder}/身份证正反面.jpg", self.studio.identity_photo(who))
        self._photo(f"{folder}/电子会员证.jpg", self.studio.union_photo(who))
        for index in range(3):
            self._photo(f"{folder}/证书{index + 1}.jpg", self.studio.certificate_photo(who, index))
        self._write(f"{folder}/证书3_副本.jpg", self.studio.certificate_photo(who, 2)[0])
        self._record(f"{folder}/证书3_副本.jpg", [], 1, RECEIVED_AT, "duplicate")

    def _folder_fang(self, folder: str) -> None:
        who = self.everybody["A06"]
        self.loose(f"{folder}/方䶮申报表.docx", *self.word_form(who))
        front, award = self.studio.identity_photo(who, back=False, width=1600), self.studio.certificate_photo(who, 0)
        content = pictures_docx("附件材料", [("1.身份证", front[0]), ("2.荣誉证书", award[0])])
        path = f"{folder}/附件材料.docx"
        for number, (_, documents) in enumerate((front, award), start=1):
            documents[0].pages, documents[0].kind = [number], "photo"
        self.loose(path, content, [*front[1], *award[1]])
        self._photo(f"{folder}/会员卡.jpg", self.studio.union_photo(who))
        self._photo(f"{folder}/IMG_20240306_101522.jpg", self.studio.certificate_photo(who, 2))

    def _folder_xu(self, folder: str) -> None:
        who = self.everybody["A07"]
        self.loose(f"{folder}/许文澜.docx", *self.word_form(who))
        self._photo(f"{folder}/身份证.jpg", self.studio.identity_photo(who))
        self._photo(f"{folder}/工会会员服务卡.jpg", self.studio.union_photo(who))
        for index, name in enumerate(("质检先进", "满意服务明星", "优秀推进者")):
            self._photo(f"{folder}/{name}.jpg", self.studio.certificate_photo(who, index))

    def _folder_tang(self, folder: str) -> None:
        who = self.everybody["A08"]
        assert who.form is not None
        pdf = print_to_pdf({"tang": fill_form(who.form)}, "song")["tang"]
        document = self._form_document(who)
        document.pages = [1, 2, 3, 4]
        self.loose(f"{folder}/申报审批表-汤国梁.pdf", pdf, [document], 4)
        self._photo(f"{folder}/身份证.jpg", self.studio.identity_photo(who))
        self._photo(f"{folder}/会员服务卡.jpg", self.studio.union_photo(who))
        for index in range(3):
            turn = 90 if index == 2 else 0
            self._photo(f"{folder}/获奖证书{index + 1}.jpg", self.studio.certificate_photo(who, index, turn=turn))

    # --- the park's union ------------------------------------------------------------------------------------------------------

    def send_park(self) -> None:
        """Three e-mails, one of them late, a folder, a scanned dossier and a summary that nobody sealed."""
        contact = ("纪小蓉", "021-54267719", "2024年3月19日")
        keys = ["A09", "A10", "A13"]
        self._mail_jiang(contact, keys)
        self._mail_song()
        self._mail_late()
        sheet = self.summary_sheet(UNIT_PARK, contact, keys, "", "grey")
        self.loose("扫描件/虹泾园区汇总表.pdf", *self.bundle([sheet], "parksummary"))
        who = self.everybody["A10"]
        pages = self.studio.form_sheets(who)
        pages += self.studio.card_sheets(who, "grey", 200, union=False)
        pages += self.studio.certificate_sheets(who, "photo", 150, [[0]])
        pages += self.studio.certificate_sheets(who, "grey", 150, [[1, 2]])
        self.loose("扫描件/罗建平全套.pdf", *self.bundle(pages, "luo"))
        self._folder_gulinaer("古丽娜尔·艾山")

    def _folder_gulinaer(self, folder: str) -> None:
        who = self.everybody["A11"]
        self.loose(f"{folder}/申报审批表.docx", *self.word_form(who))
        self._photo(f"{folder}/身份证正面.jpg", self.studio.identity_photo(who, back=False))
        self._photo(f"{folder}/身份证反面.jpg", self.studio.identity_photo(who, front=False))
        for index in range(3):
            self._photo(f"{folder}/微信图片_2024031{index}.jpg", self.studio.certificate_photo(who, index))

    def _mail(self, path: str, date: str, subject: str, text: str, members: dict[str, tuple[bytes, list[Document], int | None]]) -> None:
        content = containers.modern_mail(
            ("纪小蓉", "ji@example.net"), subject, date, text, {name: part[0] for name, part in members.items()}
        )
        self.container(path, content, members, parsedate_to_datetime(date).isoformat())

    def _mail_jiang(self, contact: tuple[str, str, str], keys: list[str]) -> None:
        who = self.everybody["A09"]
        members: dict[str, tuple[bytes, list[Document], int | None]] = {
            "蒋雨桐申报审批表.docx": self.word_form(who),
            "虹泾园区推荐汇总表.docx": self.word_summary(UNIT_PARK, contact, keys),
            "蒋雨桐申报审批表盖章扫描件.pdf": self.bundle(self.studio.form_sheets(who), "jiang"),
            "身份证.jpg": (*self.studio.identity_photo(who), 1),
            "工会会员服务卡.jpg": (*self.studio.union_photo(who), 1),
        }
        for index in range(3):
            members[f"证书{index + 1}.jpg"] = (*self.studio.certificate_photo(who, index), 1)
        text = "各位老师：\n园区工会推荐的蒋雨桐同志材料及汇总表见附件，请查收。\n虹泾科技园区工会联合会 纪小蓉\n"
        self._mail("邮件/蒋雨桐申报材料.eml", "Mon, 25 Mar 2024 17:42:10 +0800", "蒋雨桐申报材料及园区汇总表", text, members)

    def _mail_song(self) -> None:
        who = self.everybody["A13"]
        members: dict[str, tuple[bytes, list[Document], int | None]] = {
            "申报审批表_宋立群.docx": self.word_form(who),
            "身份证正反.jpg": (*self.studio.identity_photo(who), 1),
            "服务卡.jpg": (*self.studio.union_photo(who), 1),
        }
        for index in range(3):
            members[f"荣誉{index + 1}.jpg"] = (*self.studio.certificate_photo(who, index), 1)
        text = "附件为宝沪特种钢管宋立群同志的申报材料，由园区工会推荐。\n"
        self._mail("邮件/宋立群材料（园区）.eml", "Mon, 18 Mar 2024 14:05:33 +0800", "宋立群申报材料", text, members)

    def _mail_late(self) -> None:
        who = self.everybody["A10"]
        members: dict[str, tuple[bytes, list[Document], int | None]] = {"罗建平工会卡.jpg": (*self.studio.union_photo(who), 1)}
        self._mail(
            "邮件/补交罗建平工会卡.eml",
            "Wed, 27 Mar 2024 09:15:02 +0800",
            "补交：罗建平工会会员服务卡",
            "罗建平同志的工会会员服务卡照片补上，抱歉。\n",
            members,
        )


def build_inbox(folder: Path, seed: int) -> Inbox:
    """Make the inbox anew in `folder`."""
    if folder.exists():
        shutil.rmtree(folder)
    inbox = Inbox(folder, seed)
    inbox.send_group()
    inbox.send_district()
    inbox.send_park()
    return inbox

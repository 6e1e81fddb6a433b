"""Makes the sources in `data/` that the goldens beside them describe: `python -m tests.extractors.make_sources`.

With `--goldens` it writes those anew. Called by hand when a source changes; the tests use `word_file` for small cases of their own. The
golden says what a reader must return, so look at its diff.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

DATA = Path(__file__).parent / "data"

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def text_run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


def cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content) or '<w:p/>'}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str, columns: int = 4) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def tick_control(ticked: bool, shown: str = "?") -> str:
    return control(text_run(shown), f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/></w14:checkbox>')


def complex_field(instruction: str, result: str | None = None, data: str = "") -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{text_run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def text_box(text: str) -> str:
    """As Word writes it: once for itself, once for older programs."""
    box = f"<w:txbxContent>{paragraph(text_run(text))}</w:txbxContent>"
    new = f'<mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
    old = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>"


def picture(relation: str) -> str:
    return f'<w:r><w:drawing><a:blip r:embed="{relation}"/></w:drawing></w:r>'


def word_file(
    body: str,
    *,
    parts: dict[str, bytes] | None = None,
    relations: dict[str, tuple[str, str]] | None = None,
    document: bytes | None = None,
    main_type: str = MAIN_TYPE,
) -> bytes:
    """A minimal docx around the XML of a body; `relations` maps ids to (type, target), `document` replaces the whole main part."""
    root = f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    links = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in (relations or {}).items()
    )
    contents: dict[str, bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        ).encode(),
        "word/document.xml": root.encode() if document is None else document,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{links}</Relationships>'.encode(),
        **(parts or {}),
    }
    return zip_file(list(contents.items()))


def zip_file(members: Sequence[tuple[str | bytes, bytes]]) -> bytes:
    """A zip with fixed times. A name given as bytes goes in as it is, without the UTF-8 flag, as Chinese Windows writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            entry = _RawName(name) if isinstance(name, bytes) else zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


class _RawName(zipfile.ZipInfo):
    def __init__(self, raw: bytes) -> None:
        super().__init__(raw.decode("latin-1"))
        self._raw = raw

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self._raw, self.flag_bits & ~0x800


def photo(width: int, height: int, shade: int = 200) -> bytes:
    """A plain grey JPEG with a frame."""
    image = Image.new("L", (width, height), shade)
    ImageDraw.Draw(image).rectangle((10, 10, width - 10, height - 10), outline=0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=30)
    return buffer.getvalue()


def everything_docx() -> bytes:
    """One Word file with every construct that the reader claims to see."""
    ticks = [
        paragraph(tick_control(True), text_run("是　"), tick_control(False), text_run("否")),
        paragraph(
            complex_field("FORMCHECKBOX", data='<w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'),
            text_run("是 "),
            complex_field("FORMCHECKBOX", data='<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'),
            text_run("否"),
        ),
        paragraph(
            '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
            text_run("是"),
            '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>',
            text_run("否"),
        ),
        paragraph(text_run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'), text_run("是 □否")),
        paragraph(complex_field(r"eq \o\ac(□,√)"), text_run("是 □否")),
        paragraph(text_run("□√是　□否")),
        paragraph(text_run("■是　□否")),
        paragraph(text_run("是□√□否")),
    ]
    form = table(
        row(
            cell(paragraph(text_run("姓　名"))),
            cell(control(paragraph(text_run("赵", ""), text_run("喆"))), properties='<w:gridSpan w:val="2"/>'),
            cell(paragraph(text_run("照片")), properties='<w:vMerge w:val="restart"/>'),
        ),
        row(
            control(cell(paragraph(text_run("身份证号")))),
            control(cell(paragraph(text_run("单击此处输入文字。")), properties='<w:gridSpan w:val="2"/>'), "<w:showingPlcHdr/>"),
            cell(properties="<w:vMerge/>"),
        ),
        row(
            cell(*ticks), cell(table(row(cell(paragraph(text_run("内层表格")))), columns=1), "<w:p/>", properties='<w:gridSpan w:val="3"/>')
        ),
        row(cell(paragraph(text_run("删去的一行")), properties='<w:gridSpan w:val="4"/>'), properties='<w:del w:id="1" w:author="a"/>'),
        row(cell(paragraph(text_run("右三格")), properties='<w:gridSpan w:val="3"/>'), properties='<w:gridBefore w:val="1"/>'),
    )
    body = [
        paragraph(text_run("申报审批表")),
        "<w:p/>",
        paragraph(
            text_run("第一行"),
            "<w:r><w:br/></w:r>",
            text_run("第二行"),
            "<w:r><w:tab/></w:r>",
            text_run("制表"),
            "<w:r><w:noBreakHyphen/></w:r>",
            text_run("末"),
        ),
        paragraph(
            text_run("看得见"),
            text_run("隐藏", "<w:vanish/>"),
            f"<w:ins w:id='2' w:author='a'>{text_run('插入')}</w:ins>",
            "<w:del w:id='3' w:author='a'><w:r><w:delText>删除</w:delText></w:r></w:del>",
        ),
        paragraph(
            text_run("日期："),
            complex_field(" DATE ", "2024年3月1日"),
            text_run(" 等级："),
            complex_field(
                "FORMDROPDOWN",
                data="<w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='技师'/>"
                "<w:listEntry w:val='高级技师'/></w:ddList></w:ffData>",
            ),
        ),
        paragraph(
            text_run("级别："),
            control(text_run("国家级"), "<w:dropDownList><w:listItem w:displayText='请选择' w:value=''/></w:dropDownList>"),
            text_run(" 学历："),
            control(text_run("请选择"), "<w:dropDownList><w:listItem w:displayText='请选择' w:value=''/></w:dropDownList>"),
        ),
        paragraph(text_run("正文"), text_box("文本框里的字")),
        paragraph("<w:r><w:ruby><w:rt><w:r><w:t>chōng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>翀</w:t></w:r></w:rubyBase></w:ruby></w:r>"),
        form,
        paragraph(picture("rId10"), picture("rId11"), picture("rId10")),
        '<w:sectPr><w:headerReference w:type="default" r:id="rId12"/><w:headerReference w:type="first" r:id="rId13"/></w:sectPr>',
    ]
    header = f"<w:hdr {NAMESPACES}>{{}}</w:hdr>"
    return word_file(
        "".join(body),
        parts={
            "word/media/image1.jpeg": photo(640, 420),
            "word/media/image2.jpeg": photo(120, 90),
            "word/header1.xml": header.format(paragraph(text_run("页眉：上海质量工匠"))).encode(),
            "word/header2.xml": header.format(paragraph(text_run("不显示的首页页眉"))).encode(),
        },
        relations={
            "rId10": ("image", "media/image1.jpeg"),
            "rId11": ("image", "media/image2.jpeg"),
            "rId12": ("header", "header1.xml"),
            "rId13": ("header", "header2.xml"),
        },
    )


def attachments_eml() -> bytes:
    """A mail as Chinese mail programs write it: every way of naming an attachment, a logo, an attached mail."""

    def part(headers: list[bytes], content: bytes) -> bytes:
        return b"\r\n".join([b"--b1", *headers, b"Content-Transfer-Encoding: base64", b"", base64.encodebytes(content).strip(), b""])

    word = base64.b64encode("申报表-赵喆.docx".encode("gb18030")).decode()
    cut = "身份证复印件（镕）.jpg".encode("gb18030")
    pieces = " ".join(f"=?gb2312?B?{base64.b64encode(cut[at : at + 9]).decode()}?=" for at in range(0, len(cut), 9))
    inner = b"From: c@example.com\r\nSubject: =?utf-8?B?6KGl5YWF5p2Q5paZ?=\r\nMIME-Version: 1.0\r\n\r\nsee above\r\n"
    parts = [
        b"--b1\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n" + "材料见附件".encode("gb2312") + b"\r\n",
        part([f'Content-Type: application/octet-stream; name="=?gb2312?B?{word}?="'.encode(), b"Content-Disposition: attachment"], b"one"),
        part([b"Content-Type: image/jpeg", f'Content-Disposition: attachment; filename="{pieces}"'.encode()], b"two"),
        part(
            [b"Content-Type: application/pdf", b'Content-Disposition: attachment; filename="' + "证书.pdf".encode("gbk") + b'"'], b"three"
        ),
        part(
            [
                b"Content-Type: application/pdf",
                b"Content-Disposition: attachment;",
                b" filename*0*=gb2312''%B9%A4%BB%E1;",
                b" filename*1*=%BF%A8.pdf",
            ],
            b"four",
        ),
        part([b"Content-Type: image/png", b"Content-Disposition: inline", b"Content-ID: <logo>"], b"\x89PNG logo"),
        part(
            [b"Content-Type: application/pdf", b'Content-Disposition: attachment; filename="../../etc/\xe8\xaf\x81\xe4\xb9\xa6.pdf"'],
            b"five",
        ),
        b"--b1\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner,
    ]
    head = b"From: a@example.com\r\nTo: b@example.com\r\nDate: Mon, 25 Mar 2024 16:30:00 +0800\r\nMIME-Version: 1.0\r\n"
    return head + b'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n' + b"".join(parts) + b"--b1--\r\n"


def windows_zip() -> bytes:
    """A zip made on Chinese Windows: GBK names without the UTF-8 flag, a folder, a lock file, what a Mac adds."""
    names = [
        "推荐材料/申报表-赵喆.docx",
        "推荐材料/身份证\\正面.jpg",
        "推荐材料/~$报表.docx",
        "__MACOSX/推荐材料/._申报表.docx",
        "推荐材料/Thumbs.db",
    ]
    return zip_file([("推荐材料/".encode("gbk"), b""), *((name.encode("gbk"), name.encode()) for name in names)])


def write_sources() -> None:
    docx, eml, archive = everything_docx(), attachments_eml(), windows_zip()
    for name, data in {
        "everything.docx": docx,
        "truncated.docx": docx[: len(docx) // 2],
        "attachments.eml": eml,
        "broken.eml": eml.replace(b"--b1", b"--b2"),
        "windows.zip": archive,
        "truncated.zip": archive[: len(archive) - 60],
    }.items():
        (DATA / name).write_bytes(data)


def write_goldens() -> None:
    """What the readers return now, as the golden: only after looking at it."""
    from extractors import archive, docx, mail
    from schemas.settings import Settings

    settings = Settings()
    page = docx.read_body(DATA / "everything.docx", settings)
    _dump("everything.json", page.model_dump(mode="json", exclude_defaults=True))
    with tempfile.TemporaryDirectory() as folder:
        for name, expand in {"attachments": (mail.expand, ".eml"), "windows": (archive.expand, ".zip")}.items():
            members = expand[0](DATA / (name + expand[1]), Path(folder), settings)
            _dump(f"{name}.json", [{"name": member.name, "location": member.location.name} for member in members])


def _dump(name: str, content: object) -> None:
    (DATA / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_sources()
    if "--goldens" in sys.argv:
        write_goldens()

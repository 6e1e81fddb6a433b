"""Writing Word files that are the same bytes every time: a python-docx document in, bytes out.

Called by `annexes` and `retyped`; also builds the Word file that holds nothing but pasted pictures.
"""

from __future__ import annotations

import io
import zipfile

from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Cm

_EPOCH = (2024, 3, 1, 9, 0, 0)


def docx_bytes(document: WordDocument) -> bytes:
    """Save and pack again with fixed time stamps, so that equal contents give equal files."""
    raw = io.BytesIO()
    document.save(raw)
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def pictures_docx(heading: str, pictures: list[tuple[str, bytes]]) -> bytes:
    """A Word file of pasted photographs, each below its caption, as offices send them."""
    document = Document()
    document.add_paragraph(heading)
    for caption, picture in pictures:
        document.add_paragraph(caption)
        document.add_picture(io.BytesIO(picture), width=Cm(15))
    return docx_bytes(document)

-- Values read from Excel workbooks.

INSERT INTO core.code_titles (kind, code, title, position) VALUES ('method', 'xlsx', 'Excel 表格', 4);

COMMENT ON COLUMN review.fields.method IS 'docx，pdf_text，ocr（文字识别）或 xlsx（Excel 表格）';

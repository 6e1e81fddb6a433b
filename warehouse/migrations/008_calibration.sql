-- What a confidence was made of: the reader's own score and the signals beside it, so that a calibration can be fitted and applied again without
-- reading any file. Confidences are calibrated from here on; NULL where a value was loaded before, or was entered by a person.

ALTER TABLE core.fields ADD COLUMN score DOUBLE;
ALTER TABLE core.fields ADD COLUMN signals VARCHAR;

CREATE OR REPLACE VIEW core.current_fields AS
SELECT
    f.document_id, f.ordinal, f.field, f."row",
    CASE WHEN c.document_id IS NULL THEN f."value" ELSE c."value" END AS "value",
    f.raw,
    CASE WHEN c.document_id IS NULL THEN f.confidence ELSE 1.0::DOUBLE END AS confidence,
    f.page, f.x0, f.y0, f.x1, f.y1, f.method,
    f.needs_review AND c.document_id IS NULL AS needs_review,
    c.corrected_by, c.corrected_at,
    CASE WHEN c.document_id IS NULL THEN f.score END AS score,
    CASE WHEN c.document_id IS NULL THEN f.signals END AS signals
FROM core.fields AS f
LEFT JOIN core.corrections AS c ON c.document_id = f.document_id AND c.field = f.field AND c."row" = f."row"
UNION ALL
SELECT
    c.document_id,
    (1000000 + row_number() OVER (PARTITION BY c.document_id ORDER BY c.field, c."row"))::INTEGER,
    c.field, c."row", c."value", '', 1.0::DOUBLE, d.page_from, NULL, NULL, NULL, NULL,
    CASE WHEN d.source = 'paper' THEN 'ocr' WHEN d.page_from IS NULL THEN 'docx' ELSE 'pdf_text' END,
    false, c.corrected_by, c.corrected_at, NULL, NULL
FROM core.corrections AS c
JOIN core.documents AS d ON d.document_id = c.document_id
WHERE NOT EXISTS (FROM core.fields AS f WHERE f.document_id = c.document_id AND f.field = c.field AND f."row" = c."row");

CREATE OR REPLACE VIEW core.standing_fields AS
SELECT
    f.* REPLACE (f.needs_review AND k.document_id IS NULL AS needs_review),
    k.by_document_id AS corroborated_by
FROM core.current_fields AS f
LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row";

CREATE OR REPLACE VIEW review.fields AS
SELECT document_id, field, "row", "value", raw, confidence, page, x0, y0, x1, y1, method, needs_review, corrected_by, corrected_at,
    corroborated_by, score, signals
FROM core.standing_fields;

COMMENT ON VIEW review.fields IS '每一个读出的值及其出处；人工更正优先于机器读数';
COMMENT ON COLUMN review.fields.document_id IS '所在材料';
COMMENT ON COLUMN review.fields.field IS '字段名';
COMMENT ON COLUMN review.fields."row" IS '0，或在重复表格中的行号（从 1 起）';
COMMENT ON COLUMN review.fields."value" IS '规范后的值';
COMMENT ON COLUMN review.fields.raw IS '原文；人工补录的为空';
COMMENT ON COLUMN review.fields.confidence IS '正确的可能性，0–1；人工更正后为 1';
COMMENT ON COLUMN review.fields.page IS '所在页';
COMMENT ON COLUMN review.fields.x0 IS '左边，占页宽的比例 0–1';
COMMENT ON COLUMN review.fields.y0 IS '上边，占页高的比例 0–1';
COMMENT ON COLUMN review.fields.x1 IS '右边，占页宽的比例 0–1';
COMMENT ON COLUMN review.fields.y1 IS '下边，占页高的比例 0–1';
COMMENT ON COLUMN review.fields.method IS 'docx，pdf_text 或 ocr（文字识别）';
COMMENT ON COLUMN review.fields.needs_review IS '是否需要人看一眼';
COMMENT ON COLUMN review.fields.corrected_by IS '更正人';
COMMENT ON COLUMN review.fields.corrected_at IS '更正时间';
COMMENT ON COLUMN review.fields.corroborated_by IS '以同样内容印证这一识读结果的另一份材料（document_id）；有印证的不需要人看';
COMMENT ON COLUMN review.fields.score IS '识别程序自己的打分，0–1，未经校准；人工更正的为空';
COMMENT ON COLUMN review.fields.signals IS '置信度的依据（JSON）：打分、最不确定的字、两次识读是否一致、格式检查、图像质量';

-- What people stated about values that the machine read: the labelled examples from which `gongjiang calibrate` learns. A confirmed value is a
-- right one.
CREATE VIEW core.labelled_examples AS
SELECT f.document_id, f.field, f."row", f."value" AS read_value, c."value" AS stated_value, f.score, f.signals, f.method, c.corrected_by, c.corrected_at
FROM core.corrections AS c
JOIN core.fields AS f ON f.document_id = c.document_id AND f.field = c.field AND f."row" = c."row";

COMMENT ON VIEW core.labelled_examples IS '人工更正或确认过的每一个机器读数：校准置信度的依据';

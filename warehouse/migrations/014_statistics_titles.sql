-- The statistics that 013 left at today, for any moment too; what findings are about; and what the last views without a word mean.

-- What a finding can be about that is no field, in words; the names of the fields come from the rulebook (warehouse/editions.py).
INSERT INTO core.code_titles (kind, code, title, position) VALUES
    ('aspect', 'front', '正面', 1),
    ('aspect', 'back', '反面', 2),
    ('aspect', 'summary', '汇总表', 3),
    ('aspect', 'title', '名称', 4),
    ('aspect', 'issuer', '颁发单位', 5),
    ('aspect', 'date', '日期', 6),
    ('aspect', 'level', '级别', 7);

CREATE OR REPLACE VIEW stats.documents_by_type AS
SELECT
    d.doc_type, any_value(t.title) AS type_title,
    count(*)::INTEGER AS documents,
    count(*) FILTER (d.source = 'electronic')::INTEGER AS electronic,
    count(*) FILTER (d.source = 'paper')::INTEGER AS paper,
    count(d.applicant_id)::INTEGER AS assigned
FROM core.documents_then AS d LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type;

-- `to_review` is what awaits a person today.
CREATE OR REPLACE VIEW stats.reading_quality AS
SELECT
    d.doc_type, any_value(t.title) AS type_title, d.source,
    count(DISTINCT d.document_id)::INTEGER AS documents,
    count(f.field)::INTEGER AS "values",
    avg(f.confidence) AS mean_confidence,
    count(*) FILTER (f.needs_review)::INTEGER AS to_review,
    CASE WHEN count(f.field) > 0 THEN count(*) FILTER (f.needs_review) / count(f.field) END AS review_share,
    count(*) FILTER (f.corrected_at <= core.cut_off())::INTEGER AS corrected
FROM core.documents_then AS d
LEFT JOIN core.standing_fields AS f ON f.document_id = d.document_id
LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type, d.source;

CREATE OR REPLACE VIEW stats.files_by_status AS
SELECT status, error_code, count(*)::INTEGER AS files, coalesce(sum(pages), 0)::INTEGER AS pages
FROM core.files_then GROUP BY status, error_code;

COMMENT ON VIEW stats.documents_by_type IS '每种材料的份数';
COMMENT ON COLUMN stats.documents_by_type.doc_type IS '材料种类代码';
COMMENT ON COLUMN stats.documents_by_type.type_title IS '材料种类';
COMMENT ON COLUMN stats.documents_by_type.documents IS '材料份数';
COMMENT ON COLUMN stats.documents_by_type.electronic IS '电子版份数';
COMMENT ON COLUMN stats.documents_by_type.paper IS '纸质份数';
COMMENT ON COLUMN stats.documents_by_type.assigned IS '已归到申报人的份数';
COMMENT ON VIEW stats.reading_quality IS '每种材料读出的值、平均把握和现在需要人看的比例';
COMMENT ON COLUMN stats.reading_quality.doc_type IS '材料种类代码';
COMMENT ON COLUMN stats.reading_quality.type_title IS '材料种类';
COMMENT ON COLUMN stats.reading_quality.source IS 'electronic 电子版，paper 扫描或拍照';
COMMENT ON COLUMN stats.reading_quality.documents IS '材料份数';
COMMENT ON COLUMN stats.reading_quality."values" IS '读出的值的个数';
COMMENT ON COLUMN stats.reading_quality.mean_confidence IS '平均把握，0–1';
COMMENT ON COLUMN stats.reading_quality.to_review IS '需要人看的值';
COMMENT ON COLUMN stats.reading_quality.review_share IS '需要人看的比例，0–1';
COMMENT ON COLUMN stats.reading_quality.corrected IS '人工更正的值的个数';
COMMENT ON VIEW stats.files_by_status IS '文件的入库情况';
COMMENT ON COLUMN stats.files_by_status.status IS '状态代码';
COMMENT ON COLUMN stats.files_by_status.error_code IS '无法读取的原因代码';
COMMENT ON COLUMN stats.files_by_status.files IS '文件数';
COMMENT ON COLUMN stats.files_by_status.pages IS '页数';

COMMENT ON VIEW review.pages IS '每个文件的每一页归入了哪些材料';
COMMENT ON COLUMN review.pages.file_id IS '文件编号';
COMMENT ON COLUMN review.pages.path IS '文件路径';
COMMENT ON COLUMN review.pages.page IS '页码，从 1 起；Word 正文算第 1 页';
COMMENT ON COLUMN review.pages.document_ids IS '这一页上的材料';
COMMENT ON COLUMN review.pages.doc_types IS '这一页上的材料种类';
COMMENT ON COLUMN review.pages.accounted IS '是否归入了某份材料';
COMMENT ON VIEW review.failures IS '没有通过校验、因而没有入库的记录';
COMMENT ON COLUMN review.failures.file_id IS '所在文件';
COMMENT ON COLUMN review.failures.path IS '文件路径';
COMMENT ON COLUMN review.failures.ordinal IS '在文件中的次序';
COMMENT ON COLUMN review.failures.kind IS '本应是什么记录';
COMMENT ON COLUMN review.failures.page IS '所在页';
COMMENT ON COLUMN review.failures.record IS '记录原样';
COMMENT ON COLUMN review.failures.error IS '为什么不成立';
COMMENT ON VIEW review.code_titles IS '各种代码的中文名，按 (kind, code) 关联';
COMMENT ON COLUMN review.code_titles.kind IS '代码的种类，如 doc_type、verdict、finding';
COMMENT ON COLUMN review.code_titles.code IS '代码';
COMMENT ON COLUMN review.code_titles.title IS '中文名';
COMMENT ON COLUMN review.code_titles.position IS '排列次序';
COMMENT ON COLUMN review.applicants.rule_version IS '按哪一版规则判断';
COMMENT ON TABLE core.edition IS '审查所依据的年度：截止日、荣誉期限、要求的材料';

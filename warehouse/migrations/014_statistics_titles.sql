-- The statistics that 013 left at today, for any moment too; the names of fields; and what the last views without a word mean.

-- What findings are about, in words.
INSERT INTO core.code_titles (kind, code, title, position) VALUES
    ('field', 'name', '姓名', 1),
    ('field', 'sex', '性别', 2),
    ('field', 'birth_date', '出生日期', 3),
    ('field', 'ethnicity', '民族', 4),
    ('field', 'nationality', '国籍', 5),
    ('field', 'political_status', '政治面貌', 6),
    ('field', 'education', '学历', 7),
    ('field', 'skill_level', '技能等级', 8),
    ('field', 'professional_title', '职称', 9),
    ('field', 'id_number', '身份证号', 10),
    ('field', 'phone', '手机号码', 11),
    ('field', 'employer', '工作单位', 12),
    ('field', 'industry', '行业', 13),
    ('field', 'post', '岗位', 14),
    ('field', 'duty', '职务', 15),
    ('field', 'years_in_post', '本岗位年限', 16),
    ('field', 'union_card_number', '工会会员卡号', 17),
    ('field', 'district', '所在区', 18),
    ('field', 'address', '通讯地址', 19),
    ('field', 'postcode', '邮编', 20),
    ('field', 'recommending_unit', '推荐单位', 21),
    ('field', 'cv', '简历', 22),
    ('field', 'declared_in_service', '是否在职', 23),
    ('field', 'declared_union_member', '是否工会会员', 24),
    ('field', 'declared_leader', '是否领导干部', 25),
    ('field', 'declared_managed_head', '是否企事业负责人', 26),
    ('field', 'declared_prior_title', '是否已获评工匠', 27),
    ('field', 'craft_speciality', '工艺专长', 28),
    ('field', 'quality_skill', '质量技能', 29),
    ('field', 'leading_role', '领军作用', 30),
    ('field', 'contribution', '突出贡献', 31),
    ('field', 'honour_title', '荣誉名称', 32),
    ('field', 'honour_issuer', '颁发单位', 33),
    ('field', 'honour_date', '授予日期', 34),
    ('field', 'honour_level', '荣誉级别', 35),
    ('field', 'honour_role', '本人角色', 36),
    ('field', 'signature', '本人签名', 37),
    ('field', 'signed_on', '签名日期', 38),
    ('field', 'employer_opinion', '单位意见', 39),
    ('field', 'employer_opinion_date', '单位意见日期', 40),
    ('field', 'unit_opinion', '推荐单位意见', 41),
    ('field', 'unit_opinion_date', '推荐意见日期', 42),
    ('field', 'valid_to', '有效期', 43),
    ('field', 'front', '正面', 44),
    ('field', 'back', '反面', 45),
    ('field', 'summary', '汇总表', 46),
    ('field', 'title', '名称', 47),
    ('field', 'issuer', '颁发单位', 48),
    ('field', 'date', '日期', 49),
    ('field', 'level', '级别', 50);

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

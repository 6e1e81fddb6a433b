-- Whom a kind of finding concerns in a unit, each person once, however many fields it is about.
CREATE VIEW stats.findings_by_code_and_unit AS
SELECT
    f.code, any_value(t.title) AS code_title, f.severity, f.recommending_unit,
    count(*)::INTEGER AS findings, count(DISTINCT f.applicant_id)::INTEGER AS applicants, count(*) FILTER (f.status = 'open')::INTEGER AS "open"
FROM core.findings_then AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
GROUP BY f.code, f.severity, f.recommending_unit;

COMMENT ON VIEW stats.findings_by_code_and_unit IS '按意见代码和推荐单位统计的审查意见和涉及的申报人';
COMMENT ON COLUMN stats.findings_by_code_and_unit.code IS '意见代码';
COMMENT ON COLUMN stats.findings_by_code_and_unit.code_title IS '意见名称';
COMMENT ON COLUMN stats.findings_by_code_and_unit.severity IS '程度：blocker 必须解决，warning 需要核对，info 提示';
COMMENT ON COLUMN stats.findings_by_code_and_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.findings_by_code_and_unit.findings IS '意见数';
COMMENT ON COLUMN stats.findings_by_code_and_unit.applicants IS '涉及的申报人数';
COMMENT ON COLUMN stats.findings_by_code_and_unit."open" IS '待处理的意见数';

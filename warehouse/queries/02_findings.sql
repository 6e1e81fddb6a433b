-- section: 意见
-- title: 审查意见
-- note: 同一种意见按程度分列；“待处理”是还没有人作出决定的。
-- by: 意见, 程度
-- bar: 数量
SELECT
    coalesce(f.code_title, f.code) AS 意见,
    f.code AS 代码,
    coalesce(s.title, f.severity) AS 程度,
    f.findings AS 数量,
    f.applicants AS 涉及申报人,
    f."open" AS 待处理,
    f.confirmed AS 已确认,
    f.waived AS 已豁免
FROM stats.findings_by_code AS f
LEFT JOIN review.code_titles AS s ON s.kind = 'severity' AND s.code = f.severity
ORDER BY s.position NULLS LAST, f.findings DESC, f.code;

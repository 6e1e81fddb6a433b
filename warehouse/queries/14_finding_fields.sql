-- section: 意见
-- title: 审查意见涉及的栏目
-- note: 涉及申报人最多的 20 种。
-- by: 意见, 栏目
-- bar: 申报人
SELECT
    coalesce(f.code_title, f.code) AS 意见,
    coalesce(a.title, t.title, nullif(f.field, ''), '（整份材料）') AS 栏目,
    sum(f.applicants)::INTEGER AS 申报人,
    sum(f.findings)::INTEGER AS 数量,
    sum(f."open")::INTEGER AS 待处理
FROM stats.findings_by_code_unit_field AS f
LEFT JOIN review.code_titles AS a ON a.kind = 'aspect' AND a.code = f.field
LEFT JOIN review.code_titles AS t ON t.kind = 'field' AND t.code = f.field
WHERE f.severity <> 'info'
GROUP BY ALL
ORDER BY 申报人 DESC, 意见, 栏目
LIMIT 20;

-- section: 识读
-- title: 识读质量
-- note: 平均把握为 0–1；“待看”的值机器没有足够把握，需要人看一眼原件。
-- by: 材料, 来源
-- bar: 待看比例（%）
SELECT
    coalesce(q.type_title, q.doc_type) AS 材料,
    coalesce(s.title, q.source) AS 来源,
    q.documents AS 份数,
    q."values" AS 读出的值,
    round(q.mean_confidence, 3) AS 平均把握,
    q.to_review AS 待看,
    round(100 * q.review_share, 1) AS "待看比例（%）",
    q.corrected AS 已更正
FROM stats.reading_quality AS q
LEFT JOIN review.code_titles AS t ON t.kind = 'doc_type' AND t.code = q.doc_type
LEFT JOIN review.code_titles AS s ON s.kind = 'source' AND s.code = q.source
WHERE q."values" > 0
ORDER BY t.position NULLS LAST, s.position;

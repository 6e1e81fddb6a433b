-- section: 意见
-- title: 各推荐单位的审查意见
-- stack: 必须解决, 需要核对, 提示
SELECT
    coalesce(recommending_unit, '（没有推荐单位）') AS 推荐单位,
    findings AS 意见,
    blockers AS 必须解决,
    warnings AS 需要核对,
    infos AS 提示,
    "open" AS 待处理,
    applicants AS 涉及申报人
FROM stats.findings_by_unit
ORDER BY recommending_unit NULLS LAST;

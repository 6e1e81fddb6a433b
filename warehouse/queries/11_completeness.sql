-- section: 报送
-- title: 各推荐单位的材料齐全情况
-- note: 只看通知要求的材料种类是否都已收到，不看表内是否填全；“首次即齐”指首次报送当天就齐全。
-- bar: 首次即齐比例（%）
SELECT
    coalesce(recommending_unit, '（没有推荐单位）') AS 推荐单位,
    applicants AS 申报人,
    complete_at_first AS 首次即齐,
    complete AS 已齐全,
    round(100 * share_complete_at_first, 1) AS "首次即齐比例（%）",
    round(mean_days_to_complete, 1) AS 平均齐全天数,
    later_arrivals AS 补交次数,
    round(corrections_per_dossier, 2) AS 人均补交次数
FROM stats.completeness_by_unit
ORDER BY share_complete_at_first, applicants DESC, recommending_unit NULLS LAST;

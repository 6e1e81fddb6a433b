-- section: 识读
-- title: 各推荐单位纸质材料的识读质量
-- note: “请人核对”是机器没有足够把握的值；“更正”是人看后改动的。取读出值最多的 20 个单位。
-- bar: 请人核对比例（%）
SELECT
    coalesce(recommending_unit, '（没有推荐单位）') AS 推荐单位,
    sum(documents)::INTEGER AS 份数,
    sum("values")::INTEGER AS 读出的值,
    round(sum(mean_confidence * "values") / sum("values"), 3) AS 平均把握,
    sum(sent_to_person)::INTEGER AS 请人核对,
    round(100 * sum(sent_to_person) / sum("values"), 1) AS "请人核对比例（%）",
    sum(corrected)::INTEGER AS 更正,
    sum(confirmed)::INTEGER AS 核对无误
FROM stats.reading_quality_by_unit
WHERE source = 'paper'
GROUP BY recommending_unit
ORDER BY 读出的值 DESC, 推荐单位
LIMIT 20;

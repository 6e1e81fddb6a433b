-- section: 荣誉
-- title: 荣誉逐项筛选
-- note: 每一步只计通过了前面各步的；无法判断的停在它所在的一步。
-- funnel: 荣誉
SELECT
    step_title AS 步骤,
    honours AS 荣誉,
    applicants AS 涉及申报人,
    round(100 * honours / nullif(lag(honours) OVER (ORDER BY step), 0), 1) AS "占上一步（%）"
FROM stats.honour_funnel
ORDER BY step;

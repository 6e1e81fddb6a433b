-- section: 荣誉
-- title: 最多的荣誉
-- note: 项数最多的 20 种；名称按材料所写。
-- by: 荣誉名称, 颁发单位类别
-- stack: 合格, 无法判断, 不合格
SELECT
    title AS 荣誉名称,
    coalesce(class_title, issuer_class) AS 颁发单位类别,
    sum(honours)::INTEGER AS 荣誉,
    sum(qualifying)::INTEGER AS 合格,
    sum(unclear)::INTEGER AS 无法判断,
    (sum(honours) - sum(qualifying) - sum(unclear))::INTEGER AS 不合格
FROM stats.honours_by_award
GROUP BY title, class_title, issuer_class
ORDER BY 荣誉 DESC, 荣誉名称, 颁发单位类别
LIMIT 20;

-- section: 荣誉
-- title: 荣誉的级别
-- stack: 合格, 无法判断, 不合格
SELECT
    coalesce("level", '（未写）') AS 级别,
    sum(honours)::INTEGER AS 荣誉,
    sum(qualifying)::INTEGER AS 合格,
    sum(unclear)::INTEGER AS 无法判断,
    (sum(honours) - sum(qualifying) - sum(unclear))::INTEGER AS 不合格
FROM stats.honours_by_award
GROUP BY "level"
ORDER BY 荣誉 DESC, 级别
LIMIT 12;

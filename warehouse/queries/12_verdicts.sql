-- section: 结论
-- title: 审查结论
-- note: “无法回溯”只在统计以前的时点时出现：其后又有新材料或新决定，当时的结论不得而知。
-- bar: 申报人
SELECT coalesce(verdict_title, verdict, '无法回溯') AS 结论, applicants AS 申报人, round(100 * share, 1) AS "比例（%）"
FROM stats.verdicts
ORDER BY position NULLS LAST;

-- section: 人员
-- title: 技能等级与职称
-- note: 按材料所写；各取最多的 12 种。
-- by: 种类, 名称
-- bar: 申报人
SELECT 种类, 名称, 申报人
FROM (
    SELECT
        CASE kind WHEN 'skill_level' THEN '技能等级' ELSE '职称' END AS 种类,
        coalesce(title, '（未填）') AS 名称,
        applicants AS 申报人,
        row_number() OVER (PARTITION BY kind ORDER BY applicants DESC, title) AS place
    FROM stats.skills_and_titles
)
WHERE place <= 12
ORDER BY 种类, place;

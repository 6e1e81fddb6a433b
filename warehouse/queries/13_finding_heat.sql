-- section: 意见
-- title: 推荐单位 × 审查意见
-- note: 涉及的申报人数；取申报人最多的 20 个推荐单位和涉及人数最多的 14 种意见，不含提示。
-- by: 推荐单位, 意见
-- heat: 申报人
WITH unit_rank AS (
    SELECT recommending_unit, row_number() OVER (ORDER BY applicants DESC, recommending_unit) AS unit_place FROM stats.submissions_by_unit
), code_rank AS (
    SELECT code, row_number() OVER (ORDER BY sum(applicants) DESC, code) AS code_place
    FROM stats.findings_by_code WHERE severity <> 'info' GROUP BY code
)
SELECT
    coalesce(f.recommending_unit, '（没有推荐单位）') AS 推荐单位,
    coalesce(f.code_title, f.code) AS 意见,
    max(f.applicants) AS 申报人
FROM stats.findings_by_code_and_unit AS f
JOIN unit_rank AS u ON u.recommending_unit IS NOT DISTINCT FROM f.recommending_unit AND u.unit_place <= 20
JOIN code_rank AS c ON c.code = f.code AND c.code_place <= 14
WHERE f.severity <> 'info'
GROUP BY f.recommending_unit, f.code, f.code_title, u.unit_place, c.code_place
ORDER BY u.unit_place, c.code_place;

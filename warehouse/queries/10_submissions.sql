-- section: 报送
-- title: 每天首次报送的申报人
-- note: 按每位申报人第一份材料收到的日期（上海时间）计；红线为截止日。
-- line: 申报人, 累计
-- second: 累计
-- cumulative: 累计
SELECT arrived_on AS 日期, days_left AS "距截止日（天）", applicants AS 申报人, applicants_so_far AS 累计
FROM stats.submissions_by_day
ORDER BY arrived_on;

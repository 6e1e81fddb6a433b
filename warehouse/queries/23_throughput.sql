-- section: 进度
-- title: 每天收到与处理
-- line: 文件, 处理意见, 核对的值
SELECT "day" AS 日期, files AS 文件, applicants AS 申报人, findings_decided AS 处理意见, values_decided AS 核对的值
FROM stats.throughput_by_day
ORDER BY "day";

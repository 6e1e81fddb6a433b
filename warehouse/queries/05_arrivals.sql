-- section: 报送
-- title: 每日收件
-- note: 日期为上海时间；渠道以最外层为准（邮件里的压缩包算电子邮件）；文件数含压缩包和邮件本身。
-- by: 日期, 渠道
SELECT
    a.arrived_on AS 日期,
    coalesce(a.channel_title, a.channel) AS 渠道,
    a.files AS 文件,
    a.loaded AS 已入库,
    a.duplicates AS 重复,
    a.rejected AS 无法读取,
    a.pages AS 页数,
    a.electronic_documents AS 电子版材料,
    a.paper_documents AS 纸质材料
FROM stats.arrivals_by_day AS a
LEFT JOIN review.code_titles AS t ON t.kind = 'channel' AND t.code = a.channel
ORDER BY a.arrived_on, t.position;

-- section: 报送
-- title: 材料种类
-- note: “已归人”是能确定属于哪位申报人的；汇总表涉及多人，不归到个人。
-- stack: 电子版, 纸质
SELECT
    coalesce(d.type_title, d.doc_type) AS 材料,
    d.documents AS 份数,
    d.electronic AS 电子版,
    d.paper AS 纸质,
    d.assigned AS 已归人
FROM stats.documents_by_type AS d
LEFT JOIN review.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
ORDER BY t.position NULLS LAST;

-- Two findings about the copy of an ID card, after the codes that were there before.
INSERT INTO core.code_titles (kind, code, title, position) VALUES
    ('finding', 'ID_CARD_COPY_VOID', '身份证复印件有作废字样', 36),
    ('finding', 'ID_CARD_CUT', '身份证没有复印完整', 37);

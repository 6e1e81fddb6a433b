"""From layout to verdict. Pure: no I/O, no clock, no database.

`process` strings the stages together: `documents` (classify, segment, map fields; `certificates` for their free wording),
`applicants` (who is who), `honours` (the five-year rule), `findings` (what a person must know). Below them lie the `catalogue` of
issuers and awards and the forms of `text`.
"""

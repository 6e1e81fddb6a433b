"""Generated cases of honours with an oracle of their own: what a case is made of decides its verdict, the product is not asked.

`parts` draws issuers, dates, holders and titles whose truth is known; `sheets` writes them as certificates; `compose` puts cases
together, `series` several honours of one applicant, `prose` running text; `score` compares the product's verdicts with the truth. Run
`python -m tests.honour_cases --seed 1 --count 1000` for the confusion matrix."""

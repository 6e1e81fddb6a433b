"""From layout to verdict: classify, segment, map fields, resolve applicants, match honours, judge. Pure: no I/O, no clock, no database."""

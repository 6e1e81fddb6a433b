"""The review page in a real browser.

`axe.min.js` beside this is axe-core 4.14.1 by Deque Systems, unchanged, under the MPL 2.0 (`axe.LICENSE`); only tests use it.
"""

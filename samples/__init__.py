"""The generator of the sample inbox: invented applicants in, inbox files and their truth out.

Run by hand through `generate.py`; nothing of the product imports this package.
"""

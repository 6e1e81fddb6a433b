"""Checks of the house itself: sizes, docstrings, names."""

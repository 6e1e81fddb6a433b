"""Verdict → tables → people: the DuckDB warehouse, its migrations, loads, named queries and reports.

The only package that knows DuckDB. Called by `flows`; imports only `schemas`.
"""

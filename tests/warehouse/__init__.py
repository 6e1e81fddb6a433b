"""Tests of `warehouse`: real DuckDB files in temporary folders, records from `records`."""

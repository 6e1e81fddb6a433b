"""Tests of the readers, one module a reader, with sources, goldens and corrupt files in `data/`."""

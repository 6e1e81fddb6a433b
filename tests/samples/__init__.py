"""Tests of what draws the sample material."""

"""Tests of receiving, the reading pool, the watcher, the flow and the command line."""

"""Long trials of the watched folder, not collected by pytest: `python -m tests.soak`."""

"""Long trials, not collected by pytest: `python -m tests.soak` (watched folder), `python -m tests.soak.hostile` (hostile files)."""

"""What is measured for a release, each module a command of its own: `python -m benchmarks.<name> --help`."""

"""Commands of the command line, by topic: what is typed, and the call of the part that does the work. Registered in `flows.cli`."""

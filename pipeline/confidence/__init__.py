"""How sure a value is: its signals, the curves that turn them into a confidence, and the fitting of the curves."""

"""The ruler: what a warehouse says of some material, held against what is known to be in it. `evaluate` is the entry."""

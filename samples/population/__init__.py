"""A population of invented dossiers drawn at random from data files: a seed, a count and a profile in, a corpus with its truth out.

Called by `samples.generate`. The words are in `lexicon.yaml` and `honours.yaml`, what a profile means is in `profiles.yaml`.
"""

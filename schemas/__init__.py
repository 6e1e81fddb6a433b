"""What is said: the frozen models that pass between the packages.

Nothing here reads a file, asks a clock or opens a database. Every other package imports from here and from nowhere else of ours.
"""

"""File to layout: sniffing, Word, PDF, pictures, mail and archives.

One module a format, one entry (`reading`) with a format table; imports only `schemas`.
"""

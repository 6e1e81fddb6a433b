"""Papers that leave the house or go into the file: notices, review sheets, lists of names, as Word documents and PDF."""

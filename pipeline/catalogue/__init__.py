"""What is known beforehand: issuers and awards of the rulebook, and the language in which honours are written."""

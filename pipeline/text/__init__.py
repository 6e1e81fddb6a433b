"""Text of values: normal forms, running text with the way back to the page, spans of dates, likeness of names."""

"""From pages to documents with values: classify, segment, map fields."""

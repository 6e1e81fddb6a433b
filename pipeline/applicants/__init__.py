"""From documents to dossiers: who is who, through which unit, and whose each document is."""

"""From dossiers to findings and verdicts."""

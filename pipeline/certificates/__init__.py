"""From the wording of a certificate to its values."""

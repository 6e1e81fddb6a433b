"""The five-year rule: claims, certificates, their matching, and what counts."""

"""Declares where personal data lives: systems, datasets, fields, links and what they mean for ownership."""

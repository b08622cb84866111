"""A privacy notice as data: promises, the texts that make them, and what is wrong with either."""

"""Knows the law as dated data: rules, the grounds they stand on, and when what they keep must go."""

"""datamap."""

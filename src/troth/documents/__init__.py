"""A frozen value becomes a page or a folder that a person can read; nothing here is decided, and nothing is fetched."""

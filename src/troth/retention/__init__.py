"""KEEP: how long what is kept stays, what must stay longer, and what may be said of what is left."""

"""The console: where the privacy officer and colleagues work, signed in, each by role."""

"""How long data is kept: rules, their clocks, what is due, and why something is still here; pure."""

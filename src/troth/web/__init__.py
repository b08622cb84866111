"""The doors for browsers: the portal for people, the console for staff; they ask workflows and render, and decide nothing."""

"""PROVE: the never-there proof. Nothing in here knows a framework or a driver."""

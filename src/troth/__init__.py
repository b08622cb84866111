"""Troth: a privacy notice that keeps its word."""

__version__ = "0.1.0"

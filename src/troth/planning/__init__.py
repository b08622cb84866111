"""Turns (data map, question, people) into a plan of steps: pure, and the heart of access and erasure."""

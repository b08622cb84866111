"""ANSWER: the life of a data-subject request, from the day it is received to the day its record is deleted."""

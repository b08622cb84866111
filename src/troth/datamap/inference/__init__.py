"""Links that nobody declared: inferred from names and bounded samples, each with its confidence and a reason without a value."""

from troth.datamap.inference.guess import Guess, Inferred, Inside
from troth.datamap.inference.links import infer

__all__ = ["Guess", "Inferred", "Inside", "infer"]

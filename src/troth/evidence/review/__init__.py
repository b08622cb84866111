"""What a change of maps, notices and retention rules means for people, found without a store and without a row."""

from troth.evidence.review.all import Side, review

__all__ = ["Side", "review"]

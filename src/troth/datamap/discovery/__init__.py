"""Says what each column of a table holds, from its name, type, comment, neighbours and sampled values."""

from troth.datamap.discovery.judge import fields

__all__ = ["fields"]

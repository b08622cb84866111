"""What somebody outside who shows who people are must be able to do, and how little they are told for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Protocol, runtime_checkable

Verdict = Literal["shown", "failed", "open"]
MAY_NEED: Final = frozenset({"name", "country"})
"""All that a provider can ever be given: what the person wrote of themselves in this case, never anything that the company holds."""


@runtime_checkable
class Provider(Protocol):
    """A provider of identity. It learns an opaque reference, the way back, and what it `needs` of `MAY_NEED`; it answers one word."""

    name: str
    needs: frozenset[str]

    def begin(self, reference: str, back: str, given: Mapping[str, str]) -> str:
        """The https address at which the person shows who they are; `back` is where they are sent afterwards."""

    def verdict(self, reference: str) -> Verdict:
        """Whether whoever went there under this reference has shown that they are who was given."""


def minimum(provider: Provider, told: Mapping[str, object]) -> dict[str, str]:
    """What the provider is given: no more than it needs, and never more than `MAY_NEED`."""
    return {name: str(told[name]) for name in sorted(provider.needs & MAY_NEED) if told.get(name)}

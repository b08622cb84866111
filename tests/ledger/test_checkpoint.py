"""Checkpoints are those of C2SP tlog-checkpoint, with one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from troth.ledger.note import Signer
from troth.terms.errors import TamperedError, UsageError

EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
LOG = Signer("example.com/ledger", bytes(range(32)))
WITNESS = Signer("witness.example", bytes(range(32, 64)))

line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
checkpoints = st.builds(
    Checkpoint,
    line,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(line, max_size=2).map(tuple),
)


def test_the_specifications_example() -> None:
    checkpoint = parse_checkpoint(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == EXAMPLE


@given(checkpoints)
def test_every_checkpoint_comes_back_as_it_was_signed(checkpoint: Checkpoint) -> None:
    signed = sign_checkpoint(checkpoint, LOG, WITNESS)
    assert open_checkpoint(signed, [WITNESS.verifier]) == (checkpoint, ("witness.example",))
    assert read_checkpoint(signed, []) == (checkpoint, ())
    with pytest.raises(TamperedError):
        open_checkpoint(signed, [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "checkpoint"),
        (EXAMPLE[:-1], "checkpoint"),
        ("example.com\n1\n", "checkpoint"),
        (f"\n1\n{ROOT}\n", "checkpoint line 1"),
        (f"example.com\n01\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n-1\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n+1\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n1_0\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n٣\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n{2**63}\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n{'9' * 5000}\n{ROOT}\n", "checkpoint line 2"),
        (f"example.com\n1\n{ROOT[:-1]}\n", "checkpoint line 3"),
        (f"example.com\n1\n {ROOT}\n", "checkpoint line 3"),
        (f"example.com\n1\n{ROOT.replace('2I=', '2J=')}\n", "checkpoint line 3"),
        ("example.com\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", "checkpoint line 3"),
        (f"example.com\n1\n{ROOT}\n\nextension\n", "checkpoint line 4"),
    ],
)
def test_what_is_not_a_checkpoint_is_refused_at_its_line(text: str, place: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_checkpoint(text)
    assert refused.value.place == place


@pytest.mark.parametrize(
    "parts",
    [("", 0, bytes(32)), ("a\nb", 0, bytes(32)), ("a", -1, bytes(32)), ("a", 2**63, bytes(32)), ("a", 0, b""),
     ("a", 0, bytes(32), ("",))],
)  # fmt: skip
def test_no_malformed_checkpoint_can_be_made(parts: tuple[str, int, bytes]) -> None:
    with pytest.raises(UsageError):
        Checkpoint(*parts)

"""What Troth did can be shown to anyone and altered by no one, and it names nobody.

`tlog` grows a Merkle tree and proves what is in it; `tiles` publishes that tree as static files; `note` signs
text; `checkpoint` is the signed root; `proof` ties one leaf to one checkpoint in a text that verifies
offline; `entry` says what a leaf may hold; `sealed` keeps the payloads that leaves only commit to. The
formats are those of C2SP, so anyone's tools can check our work. Nothing here knows the law, a database or a
clock.
"""

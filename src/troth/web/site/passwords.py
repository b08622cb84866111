"""Passwords are kept as Argon2id, at a cost that OWASP's Password Storage Cheat Sheet names and eight sign-ins at once can afford."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """46 MiB, one pass, one lane; Django's own is 100 MiB for each attempt, wrong ones too."""

    memory_cost = 47_104
    time_cost = 1
    parallelism = 1

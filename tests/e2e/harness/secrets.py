"""What the clients of a test have said or were given that nobody else may read, in logs least of all."""

SHORTEST = 8  # letters; a shorter password is part of too many words to be looked for
_known: set[bytes] = set()


def note(secret: str) -> str:
    """Remembers a password, ticket or key, and gives it back."""
    if len(secret) >= SHORTEST:
        _known.add(secret.encode())
    return secret


def found_in(text: bytes) -> list[str]:
    """Those that stand in the text."""
    return sorted(secret.decode() for secret in _known if secret in text)

"""The code on a complaint's slip: ten Crockford base-32 characters (50 random bits) and a check character.

Written SLRT-7K3M-9QXD-4P2: without I, L, O and U, so that it survives being read aloud. Guessing is hopeless: with 100,000
live codes and a thousand tries a minute one hit takes decades.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
FIELD = 0b100101  # x^5 + x^2 + 1
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
PREFIX = "SLRT".translate(_ALIKE)


def new_code() -> str:
    """Return a fresh code as it is printed."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return shown(body + _check(body))


def normalise(text: str) -> str:
    """Return the eleven characters of a code however it was typed; empty when it cannot be one."""
    letters = "".join(sign for sign in text.upper() if sign.isalnum())
    letters = letters.translate(_ALIKE)
    if len(letters) == len(PREFIX) + LENGTH + 1:  # a code may itself begin like the prefix
        letters = letters.removeprefix(PREFIX)
    if len(letters) != LENGTH + 1 or any(sign not in ALPHABET for sign in letters):
        return ""
    return letters if letters[-1] == _check(letters[:-1]) else ""


def shown(letters: str) -> str:
    """Return a code in groups."""
    return f"SLRT-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _check(body: str) -> str:
    """A polynomial over the field of 32 elements: every single wrong character and every swap of neighbours is found.

    A weighted sum modulo 32 cannot find both, since half of its weights have no inverse.
    """
    total = 0
    for sign in body:
        total ^= ALPHABET.index(sign)
        total = total << 1 ^ (FIELD if total & 16 else 0)
    return ALPHABET[total]

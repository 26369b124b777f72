"""Chance that can be repeated: numbers as if drawn by lot, which depend on their keys alone."""

import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

NORMAL_TERMS: Final = 12  # numbers from 0 to 1 with the variance 1/12 each


def uniform(*key: float) -> float:
    """A number from 0 up to but without 1, by BLAKE2b of the keys: the same on every machine."""
    digest = blake2b(struct.pack(f"<{len(key)}d", *(part + 0.0 for part in key)), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 11) / 2**53


def normal(*key: float) -> float:
    """A number about 0 with the variance 1, at most 6 away: a sum of twelve, which needs no logarithm."""
    return sum(uniform(*key, term) for term in range(NORMAL_TERMS)) - NORMAL_TERMS / 2


def shuffled(count: int, *key: float) -> Sequence[int]:
    """The numbers 0 .. count - 1 in an order drawn by lot."""
    return sorted(range(count), key=lambda place: (uniform(*key, place), place))

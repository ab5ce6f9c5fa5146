"""What looks like a secret: in ``backspec.secret_values``, as agent files are asked the same."""

from __future__ import annotations

from backspec.secret_values import (
    MIN_LENGTH,
    VENDOR_SHAPES,
    entropy,
    is_placeholder,
    looks_chosen,
    looks_random,
)

__all__ = [
    "MIN_LENGTH",
    "VENDOR_SHAPES",
    "entropy",
    "is_placeholder",
    "looks_chosen",
    "looks_random",
]

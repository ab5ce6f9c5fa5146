"""Reads agent files of every format into a ``Header``. Never gives up and never raises."""

from __future__ import annotations

from backspec.agents.nodes import Entry, Format, Header, Node, Place, Problem

__all__ = ["Entry", "Format", "Header", "Node", "Place", "Problem", "parse"]


def parse(text: bytes, file_format: Format = "markdown") -> Header:
    """Read a document. Never raises; what is wrong is in ``Header.problems``."""
    raise NotImplementedError

"""Tasks for people who work on backspec: ``python -m dev TASK``. Not shipped in the wheel."""

from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
"""The root of the repository."""

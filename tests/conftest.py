"""What every test may use, and the two reasons for which a test may be skipped.

Tests marked ``corpus`` read files that only exist beside a development checkout; tests marked
``editor`` start a real editor. Nothing else skips. With ``BACKSPEC_REQUIRE_EDITORS=1`` (CI, which
installs the editors) a skipped editor test is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

REPO = Path(__file__).resolve().parent.parent
"""The root of the repository."""


@pytest.fixture(scope="session")
def repo() -> Path:
    """The root of the repository."""
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside a development checkout; skips where there is none."""
    folder = REPO.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder of real files beside this checkout")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped editor test into a failure where editors are required."""
    report = yield
    required = os.environ.get("BACKSPEC_REQUIRE_EDITORS") == "1"
    if required and report.skipped and item.get_closest_marker("editor") is not None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"BACKSPEC_REQUIRE_EDITORS is set, and this test did not run: {reason}"
    return report

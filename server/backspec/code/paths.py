"""What a file's path says about its code: test, migration."""

from __future__ import annotations

import re
from typing import Final

from backspec.code.facts.model import Context

_TEST: Final = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__fixtures__|__mocks__|e2e|fixtures|testdata|testing|cypress"
    r"|features/(?:steps|step_definitions|support)|unit-?tests?|[\w-]*integration[-_]tests?"
    r"|e2e[-_]tests?|[\w-]*test[-_]?utils?|test[-_]helpers?)/"
    # Projects of .NET: ``Shop.IntegrationTests/``.
    r"|(?:^|/)(?:[\w.-]+\.)?(?:(?:Unit|Integration|Functional|Acceptance|EndToEnd|E2E|Architecture"
    r"|Smoke|Load|System|Component)?Tests?|TestSuite|TestUtil\w*|TestHelpers?|Testing|Specs)"
    r"(?:\.[\w.]+)?/"
    r"|(?:^|/)\w+[-_]tests/|(?:^|/)(?:suites|mocks?|testenv)/(?:[^/]+/)*[^/]+\.go$"
    r"|(?:^|/)(?:test_[^/]*|conftest\.py|[^/]*_test\.\w+|[^/]*_test_\w+\.go|[^/]*\.(?:test|spec|e2e-spec|cy)\.\w+"
    r"|[^/]*Tests?\.(?:java|php)|[^/]*Tests?\.cs|[^/]*_spec\.rb|tests?\.py)$"
)
_MIGRATION: Final = re.compile(
    r"(?:^|/)(?:[mM]igrations?|migrate)/|(?:^|/)alembic/versions/"
    r"|(?:^|/)V\d[\w.]*__[^/]*\.(?:sql|java)$"
)


def flags_of(path: str) -> int:
    """The ``Context`` bits that hold for all of a file; ``path`` relative, with ``/``."""
    flags = 0
    if _TEST.search(path):
        flags |= Context.TEST
    if _MIGRATION.search(path):
        flags |= Context.MIGRATION
    return flags

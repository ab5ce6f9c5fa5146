"""Output formats: each holds what it promises to the programs that read it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from backspec.cli import formats
from backspec.cli.formats import Context, text
from backspec.cli.records import Found, Position, Run
from backspec.model import Severity

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

NO_TIMEOUT = "http-client/no-timeout"


def test_formats_are_found_by_directory() -> None:
    assert formats.names() == ("text", "github", "gitlab", "json", "junit", "sarif")


def test_json(shell: Shell) -> None:
    data = shell.json("shop")
    assert data["version"] == 1
    assert data["summary"] == {
        "files": 1, "errors": 0, "warnings": 1, "infos": 0, "hints": 0, "skipped": 0,
    }  # fmt: skip
    (found,) = data["diagnostics"]
    place = {"line": 5, "column": 24, "offset": 57}
    assert {key: found[key] for key in found if key not in ("url", "topics", "cwe", "message")} == {
        "path": "shop/rates.py",
        "rule": NO_TIMEOUT,
        "severity": "warning",
        "confidence": "high",
        "start": {"line": 5, "column": 12, "offset": 45},
        "end": place,
        "fix": {
            "title": "Add `timeout=10`",
            "safety": "unsafe",
            "edits": [
                {
                    "start": {"line": 5, "column": 28, "offset": 61},
                    "end": {"line": 5, "column": 28, "offset": 61},
                    "text": ", timeout=10",
                }
            ],
        },
        "related": [],
    }
    assert found["url"].endswith(NO_TIMEOUT)
    assert found["topics"]
    assert found["cwe"]


def test_columns_count_code_points_and_offsets_bytes(empty: Shell) -> None:
    empty.write("a.py", "import requests\nx = '漢😀'; requests.get(1)\n")
    (found,) = empty.json()["diagnostics"]
    assert found["start"] == {"line": 2, "column": 11, "offset": 16 + 4 + 9 + 2}


def sarif(shell: Shell, *arguments: str) -> Any:
    return json.loads(shell("check", "--format", "sarif", *arguments).stdout)


def test_sarif(shell: Shell) -> None:
    log = sarif(shell)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "backspec"
    by_id = {rule["id"]: rule for rule in driver["rules"]}
    rule = by_id[NO_TIMEOUT]
    assert rule["shortDescription"]["text"].endswith(".")
    assert "```python" in rule["help"]["markdown"]
    assert "external/cwe/cwe-400" in rule["properties"]["tags"]
    assert rule["properties"]["precision"] == "high"
    taxon = rule["relationships"][0]["target"]
    taxonomy = run["taxonomies"][taxon["toolComponent"]["index"]]
    assert taxonomy["name"] == "CWE"
    assert taxonomy["taxa"][taxon["index"]]["id"] == taxon["id"] == "400"
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]
        assert not location["artifactLocation"]["uri"].startswith("/")
        assert result["partialFingerprints"]["backspecLine/v1"]
        region = location["region"]
        assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
    (fix,) = next(r for r in run["results"] if r["ruleId"] == NO_TIMEOUT)["fixes"]
    replacement = fix["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"]["text"] == ", timeout=10"
    assert replacement["deletedRegion"]["startColumn"] == 28


def test_sarif_without_results(empty: Shell) -> None:
    empty.write("a.py", "x = 1\n")
    (run,) = sarif(empty)["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_sarif_uris_are_escaped(empty: Shell) -> None:
    empty.write("a folder/ü#.py", "import requests\nrequests.get(1)\n")
    (result,) = sarif(empty)["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20folder/%C3%BC%23.py"


def fingerprints(shell: Shell) -> list[str]:
    return [r["partialFingerprints"]["backspecLine/v1"] for r in sarif(shell)["runs"][0]["results"]]


def test_fingerprints_do_not_depend_on_lines_above(empty: Shell) -> None:
    empty.write("a.py", "import requests\nrequests.get(1)\nrequests.get(1)\nrequests.get(2)\n")
    before = fingerprints(empty)
    assert len(set(before)) == 3
    empty.write(
        "a.py", "import requests\n\n# more\nrequests.get(1)\nrequests.get(1)\nrequests.get(2)\n"
    )
    assert fingerprints(empty) == before


def test_github(empty: Shell) -> None:
    empty.write("a,b.py", "import requests\nrequests.get(\n    1,\n)\n")
    line = empty("check", "--format", "github").stdout.splitlines()[0]
    assert line.startswith("::warning file=a%2Cb.py,line=2,endLine=2,col=1,endColumn=13,title=")
    assert line.endswith("it has no timeout")


def test_github_escapes() -> None:
    found = made(message="50% of\nlines: a, b", path="a:b.py")
    (line,) = formats.render("github", run_of(found), Context())
    assert "file=a%3Ab.py" in line
    assert line.endswith("::50%25 of%0Alines: a, b\n")


def test_gitlab(shell: Shell) -> None:
    report = json.loads(shell("check", "--format", "gitlab").stdout)
    assert [(r["check_name"], r["severity"]) for r in report] == [
        ("agent/unquoted-colon", "critical"),
        (NO_TIMEOUT, "major"),
    ]
    assert report[1]["location"] == {"path": "shop/rates.py", "lines": {"begin": 5, "end": 5}}
    assert len({r["fingerprint"] for r in report}) == 2


def test_junit(shell: Shell) -> None:
    root = ET.fromstring(shell("check", "--format", "junit").stdout)
    assert root.attrib == {"name": "backspec", "tests": "2", "failures": "1", "errors": "1"}
    suites = {suite.get("name"): suite for suite in root}
    case = suites["shop/rates.py"].find("testcase")
    assert case is not None
    assert case.get("name") == f"{NO_TIMEOUT} at 5:12"
    failure = case.find("failure")
    assert failure is not None
    assert "requests.get(url)" in (failure.text or "")


def test_junit_without_problems(empty: Shell) -> None:
    empty.write("a.py", "x = 1\n")
    root = ET.fromstring(empty("check", "--format", "junit").stdout)
    assert [suite.get("tests") for suite in root] == ["1"]


def test_junit_holds_only_what_xml_may() -> None:
    found = made(message="bad \x00 \x1b <&\"'> \ud800", excerpt=("\x0b]]>",))
    text_ = "".join(formats.render("junit", run_of(found), Context()))
    ET.fromstring(text_.encode("utf-8"))


# ---------------------------------------------------------------------------- text


def made(
    message: str = "wrong",
    start: tuple[int, int] = (1, 1),
    end: tuple[int, int] = (1, 2),
    excerpt: tuple[str, ...] = ("x",),
    path: str = "a.py",
) -> Found:
    return Found(
        path, "a/b", Severity.WARNING, "high", message, Position(*start, 0), Position(*end, 0),
        None, (), "0:1", excerpt,
    )  # fmt: skip


def run_of(*found: Found) -> Run:
    from backspec.cli.records import FileRecord

    return Run((FileRecord(found[0].path, found, False),))


@pytest.mark.parametrize(
    ("line", "start", "end", "width", "expected"),
    [
        ("    a = b", 5, 6, 80, ("a = b", "^")),
        ("\ta\t= b", 2, 3, 80, ("a    = b", "^")),
        ("\ta = b", 6, 7, 80, ("a = b", "    ^")),
        ("漢 = x", 5, 6, 80, ("漢 = x", "     ^")),
        ("e\u0301 = x", 6, 7, 80, ("e\u0301 = x", "    ^")),
        ("ab", 3, 3, 80, ("ab", "  ^")),
        ("", 1, 1, 80, ("", "^")),
        (
            "x" * 60 + "BAD" + "y" * 60,
            61,
            64,
            40,
            ("…" + "x" * 10 + "BAD" + "y" * 25 + "…", " " * 11 + "^^^"),
        ),
        ("BAD" + "y" * 60, 1, 64, 20, ("BAD" + "y" * 16 + "…", "^" * 20)),
        ("a\x1b[0m", 2, 4, 80, ("a\ufffd[0m", " ^^")),
    ],
)
def test_excerpt(line: str, start: int, end: int, width: int, expected: tuple[str, str]) -> None:
    found = made(start=(1, start), end=(1, end), excerpt=(line,))
    assert text._underlined(found, width) == expected


def test_excerpt_of_several_lines() -> None:
    found = made(start=(1, 3), end=(3, 2), excerpt=("x(a,  ", "b", ")"))
    assert text._underlined(found, 80) == ("x(a,", "  ^^...")


def test_statistics_are_sorted_by_how_often() -> None:
    one, two = made(), made()._replace(rule="c/d", severity=Severity.ERROR)
    lines = list(text.statistics(run_of(one, two, two), Context()))
    assert lines == ["2  error    c/d\n", "1  warning  a/b\n"]

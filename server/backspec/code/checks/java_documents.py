"""Checks on Java: XML parsers, archives, and statements of mappers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import function_text
from backspec.code.checks.values import string
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

# ---------------------------------------------------------------------------- XML

_FACTORIES: Final = {
    "DocumentBuilderFactory": regex(r"\.\s*parse\s*\("),
    "SAXParserFactory": regex(r"\.\s*parse\s*\("),
    "XMLInputFactory": regex(r"createXML(?:Stream|Event)Reader\s*\("),
    "XMLReaderFactory": regex(r"\.\s*parse\s*\("),
    "TransformerFactory": regex(r"\bStreamSource\s*\((?![^;]*xsl)"),
}
"""What makes parsers, and the calls that show that something is parsed."""
_READERS: Final = {
    "SAXReader": regex(r"\.\s*read\s*\("),
    "SAXBuilder": regex(r"\.\s*build\s*\("),
}
_MAKERS: Final = frozenset(
    ("newInstance", "newFactory", "newDefaultInstance", "createXMLReader", "newNSInstance")
)
_HARDENED: Final = regex(
    r"disallow-doctype-decl|FEATURE_SECURE_PROCESSING|ACCESS_EXTERNAL_DTD|SUPPORT_DTD|"
    r"IS_SUPPORTING_EXTERNAL_ENTITIES|external-general-entities|supportDTD|setEntityResolver|"
    r"isSupportingExternalEntities|setXMLResolver|XMLReaders\.|createDefault\("
)


def external_entities(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """XML parsers that fetch what a document names, used without being told not to."""
    for call in facts.calls:
        owner = call.path.rpartition(".")[0].rpartition(".")[2]
        parses = None
        if call.name in _MAKERS:
            parses = _FACTORIES.get(owner)
        elif call.is_new:
            parses = _READERS.get(call.name)
        if parses is None or call.function is None:
            continue
        text = function_text(call, unit)
        if not parses.search(text) or _HARDENED.search(text) or _is_handed_on(call, text):
            continue
        what = owner if not call.is_new else call.name
        yield Report(
            call.span,
            f"`{what}` fetches the files and addresses that a document names, until told not to",
            place=call.place,
        )


def _is_handed_on(call: Call, text: str) -> bool:
    """Whether another function gets the factory, and may set it up."""
    name = call.assigned_to
    return bool(name) and re.search(rf"\w\(\s*{re.escape(name)}\s*[,)]", text) is not None


# ---------------------------------------------------------------------------- archives

_ENTRIES: Final = regex(r"(?:Zip|Jar|Tar|Archive|SevenZ|Rar|FileHeader)\w*(?:Entry|Header)\w*$")
_NAME_OF: Final = regex(r"\b(\w+)\s*\.\s*get(?:Name|FileName)\s*\(\s*\)")
_CHECKED: Final = regex(
    r'startsWith\s*\(|contains\s*\(\s*"\.\."|isSameOrSubPath|getFileName\(\)'
    r"|\b(?:check|validate|verify|assert|ensure|prevent|require|is|reject)\w*"
    r"(?:Traversal|Path|Inside|Within|Slip|Safe|Entry|Director(?:y|ies)|Allowed|Outside)\w*\s*\("
)
_JOINS: Final = frozenset(("File", "resolve", "get", "of"))


@needs(calls=_JOINS)
def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new File(folder, entry.getName())`` without a look at where that leads."""
    for call in facts.calls:
        if call.name not in _JOINS or call.function is None:
            continue
        if call.name == "File" and not call.is_new:
            continue
        if call.name in ("get", "of") and not re.search(r"\bPaths?\.\w+$", call.path):
            continue
        if not any(_is_entry_name(unit.text(v.span), call, unit) for v in
                   call.arguments.positional):  # fmt: skip
            continue
        text = function_text(call, unit)
        if _CHECKED.search(text):
            continue
        yield Report(
            call.span,
            "An entry of the archive may be called `../../x`: check that the path stays inside",
            place=call.place,
        )


def _is_entry_name(text: str, call: Call, unit: UnitView) -> bool:
    if re.search(r"new\s+File\([^)]*getName\(\)\s*\)\s*\.getName\(\)|FilenameUtils", text):
        return False
    held = re.fullmatch(r"\s*(\w+)\s*", text)
    if held is not None:
        assigned = re.search(
            rf"\b{re.escape(held[1])}\s*=\s*([^;]*?\.\s*get(?:Name|FileName)\s*\(\s*\))\s*;",
            function_text(call, unit),
        )
        if assigned is None:
            return False
        text = assigned[1]
    return any(
        _ENTRIES.search(_type_in(name, call, unit)) is not None for name in _NAME_OF.findall(text)
    )


def _type_in(name: str, call: Call, unit: UnitView) -> str:
    """The type a variable is declared with in the function."""
    found = re.search(
        rf"\b([A-Z][\w.]*)(?:<[^;()]*>)?\s+{re.escape(name)}\s*[=;:)]", function_text(call, unit)
    )
    return found[1].rpartition(".")[2] if found is not None else ""


# ---------------------------------------------------------------------------- mappers

_MAPPED: Final = frozenset(("Select", "Update", "Insert", "Delete"))
_IN_TEXT: Final = regex(r"\$\{\s*(\w[\w.]*)\s*\}")
_QUOTED: Final = regex(r"'%?\s*\$\{[^}]*\}\s*%?'")


_AS_VALUE: Final = regex(r"(?i)(?:[=<>]|\blike|\bin\s*\()\s*\$\{\s*(\w+)\s*\}")


_NUMBERS: Final = frozenset(
    ("int", "long", "short", "double", "boolean", "Integer", "Long", "Short", "Double", "Boolean",
     "BigDecimal", "UUID")
)  # fmt: skip


def _types_of(names: list[str], call: Call, facts: Facts) -> list[str]:
    """The types of the parameters that a mapper's method has under some names; "" for others."""
    types: dict[str | None, str] = {}
    for function in facts.functions:
        if any(one.call is call for one in function.decorators):
            for parameter in function.parameters:
                types[parameter.name] = parameter.type_path
                for one in parameter.decorators:
                    given = one.call.arguments.positional if one.call is not None else ()
                    if given:  # ``@Param("name")``
                        types[string(given[0])] = parameter.type_path
    return [types.get(name, "") for name in names]


@needs(calls=_MAPPED)
def mapper_text(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """MyBatis: ``${name}`` in a statement is text, ``#{name}`` is bound."""
    if not unit.imports("org.apache.ibatis"):
        return
    for call in facts.calls:
        if call.name not in _MAPPED or "annotation" not in call.node.type:
            continue
        values = [*call.arguments.positional, *call.arguments.keywords.values()]
        text = " ".join(string(one) or unit.text(one.span) for one in values)
        names = [one for one in _IN_TEXT.findall(text) if not one.startswith("ew.")]
        if not names:
            continue
        types = _types_of(names, call, facts)
        if all(one in _NUMBERS for one in types):
            continue
        is_quoted = _QUOTED.search(text) is not None or "String" in _types_of(
            _AS_VALUE.findall(text), call, facts
        )
        yield Report(
            call.span,
            f"`${{{names[0]}}}` becomes part of the statement; `#{{{names[0]}}}` is bound",
            severity=None if is_quoted else Severity.WARNING,
            profile=None if is_quoted else "strict",
            place=call.place,
        )

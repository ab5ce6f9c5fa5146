"""Turns dotted paths into qualified names, from node-free bindings alone.

What a path means depends on the scopes around it and on what the models say. Resolution is
insensitive to flow: a name bound to several things in one scope is unknown unless they agree
(a binding to nothing, ``x = None``, agrees with all). Nothing is guessed: unknown is None.

Names defined in the file itself start with a colon: ``:Cache``, ``:Cache.get``. A member of a
local class that the class does not define itself is looked for in its bases.

A unit of a file (see ``code/analysis.py``) is resolved on its own. What it needs from around it,
it asks the resolver of its surroundings, and each question is kept with its answer: as long as
the answers stay the same, the unit's results stay valid.

In paths, ``()`` is a call, ``!()`` a call by ``new``, and a first segment ``#module`` a module
named in place (``require("module")``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from backspec.code.facts.model import NEAREST, Binding, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.asked_text import AskedText
    from backspec.code.models import Models

MAX_STEPS: Final = 400
"""How many names one resolution may look at."""

MAX_DEPTH: Final = 40
"""How many names deep a resolution may go: ``a = b``, ``b = c``, ..."""

MODULE_DOT: Final = "\u00b7"
"""Stands for a dot in a path's module token: ``#socket\u00b7io`` is the module ``socket.io``."""

_CYCLE: Final = "\0cycle"
_PLAIN_BASES = frozenset(("object", "abc.ABC", "typing.Generic", "typing.Protocol"))
_TOKEN = re.compile(r"(?:[^.()!]|!(?!\(\)))+|!?\(\)")

Question = tuple[
    Literal["name", "constant", "member", "result", "bases", "mark", "text", "type"], str, str
]
"""What a unit asks of its surroundings:

- name, "body" when asked from a class body itself or "", a name: its meaning
- constant, a class path or "", a name: its value, see ``Resolver.constant``
- member, a class path, a name: the meaning of the member
- result, a function's path, "": its declared result type
- bases, a class path, "": all bases it has that are not of this file
- type, "", a name: the type it is declared with, see ``Resolver.written_type``
- mark, "", a mark: whether some unit set it, see ``Resolver.marks``
- text, "", a regular expression: whether it fits anywhere in the file's text
"""

Outward = tuple[str, str, Binding]
"""A binding for a scope around a unit: see ``Adapter.outside``."""

Answer = str | bool | tuple[str, ...] | Binding | None


def _no_convention(_key: str, _has_mark: Callable[[str], bool]) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Habits:
    """How names behave in a language."""

    globals: frozenset[str] = frozenset()
    """Names that mean something without a binding (``open``, ``fetch``)."""
    capital_is_type: bool = True
    """A call of a capitalised name makes an instance of it."""
    classes_have_namespace: bool = False
    """A capitalised name that nothing binds is a class of the file's namespace (PHP)."""
    wildcards: tuple[str, ...] = ()
    """Packages whose types are visible without an import."""
    members_are_visible: bool = False
    """Members of a class are visible in its methods as plain names."""
    conventional: Callable[[str, Callable[[str], bool]], str | None] = _no_convention
    """The type that a key of a parameter binding stands for; asks which marks the file has."""


class Resolver:
    """Answers what names mean in one unit."""

    __slots__ = (
        "_active",
        "_cycles",
        "_steps",
        "asked",
        "boundary",
        "classes",
        "functions",
        "habits",
        "marks",
        "models",
        "module",
        "outside",
        "seen_from",
        "text",
    )

    def __init__(
        self,
        models: Models,
        habits: Habits,
        boundary: Scope | None = None,
        outside: Resolver | None = None,
    ) -> None:
        self.models = models
        self.habits = habits
        self.boundary = boundary
        """The scope that belongs to the surroundings; None when there are none."""
        self.outside = outside
        """The resolver of the surroundings; None while they are not known yet."""
        self.seen_from: Scope | None = None
        """The scope of the surroundings that ``boundary`` stands for; None for their module."""
        self.module: Scope | None = None
        """The module scope, for questions that are asked from there."""
        self.classes: dict[str, Scope] = {}
        """Scopes of the unit's own classes by path."""
        self.functions: dict[str, tuple[str, Scope]] = {}
        """By path: the declared result type of the unit's own functions, and where to look it
        up."""
        self.marks: set[str] = set()
        """What the unit says about names of the file: ``handler:NAME`` for registered handlers."""
        self.asked: dict[Question, Answer] = {}
        """What was asked of the surroundings, with the answers."""
        self.text: AskedText | None = None
        """The file's text; only set on the resolver that has nothing outside."""
        self._active: set[tuple[int, str]] = set()
        self._cycles = 0
        self._steps = 0

    # ------------------------------------------------------------------ paths

    def resolve(self, path: str, scope: Scope) -> str | None:
        """The qualified name of ``path`` as seen from ``scope``; None when unknown."""
        known = scope.resolved.get(path, _CYCLE)
        if known is not _CYCLE:
            return known
        if not self._active:
            self._steps = 0
        cycles = self._cycles
        meaning = self._path(path, scope)
        if self._cycles == cycles:
            # Inside a cycle answers are partial; those are not kept.
            scope.resolved[path] = meaning
        return None if meaning is _CYCLE else meaning

    def _path(self, path: str, scope: Scope) -> str | None:
        if "." not in path and "(" not in path:
            return self._name(path, scope)
        if "(" in path or ")" in path or ".." in path or path[0] == "." or path[-1] == ".":
            tokens = _TOKEN.findall(path)
        else:
            tokens = path.split(".")
        if not tokens:
            return None
        meaning = self._name(tokens[0], scope)
        return meaning if meaning is _CYCLE else self._follow(meaning, tokens)

    def _follow(self, meaning: str | None, tokens: list[str]) -> str | None:
        """The meaning of a path whose first token has a meaning."""
        for token in tokens[1:]:
            if meaning is None:
                return None
            if token == "()":
                meaning = self.result(meaning)
            elif token == "!()":
                meaning = self.instance(meaning)
            else:
                meaning = self.member(meaning, token)
        return meaning

    def instance(self, type_name: str) -> str | None:
        """What ``new`` gives for a qualified name, whatever its spelling."""
        if type_name.startswith(":"):
            return self._local_result(type_name[1:])
        return self.models.result(type_name) or type_name

    def result(self, callee: str) -> str | None:
        """What a call of a qualified name gives."""
        if callee.startswith(":"):
            return self._local_result(callee[1:])
        known = self.models.result(callee)
        if known is not None:
            return known
        if self.habits.capital_is_type:
            last = callee[callee.rfind(".") + 1 :]
            if last[:1].isupper() and (len(last) == 1 or not last.isupper()):
                return callee
        return callee + "()"

    def member(self, owner: str, name: str) -> str | None:
        """A member of a qualified name."""
        if owner.startswith(":"):
            return self._local_member(owner[1:], name, set())
        qualified = f"{owner}.{name}"
        return self.models.equals.get(qualified, qualified)

    # ------------------------------------------------------------------ names

    def _name(self, name: str, scope: Scope) -> str | None:
        """What a plain name means; ``_CYCLE`` when that is just being found out."""
        if name.startswith("#"):
            module = name[1:].replace(MODULE_DOT, ".")
            return self.models.equals.get(module, module)
        found = self._find(name, scope)
        if found is None:
            if self.boundary is not None:
                where = "body" if scope is self.boundary else ""
                return self._ask(("name", where, name))  # type: ignore[return-value]
            is_global = name in self.habits.globals or name in self.models.globals
            if is_global:
                return name
            if self.habits.classes_have_namespace:
                return self._of_namespace(name)
            return self._of_wildcards(name)
        scope, bindings = found
        known = scope.resolved.get(name, _CYCLE)
        if known is not _CYCLE:
            return known
        key = (id(scope), name)
        if key in self._active:
            self._cycles += 1
            return _CYCLE
        self._steps += 1
        if len(self._active) >= MAX_DEPTH or self._steps > MAX_STEPS:
            return None
        cycles = self._cycles
        self._active.add(key)
        try:
            meaning = self._agree(bindings, scope)
        finally:
            self._active.discard(key)
        if self._cycles == cycles:
            scope.resolved[name] = meaning
        return meaning

    def _of_wildcards(self, name: str) -> str | None:
        """What ``import package.*`` makes of a name that nothing else binds."""
        if name not in _last_names(self.models):
            return None
        named = (mark[9:] for mark in self.marks if mark.startswith("wildcard:"))
        for package in (*named, *self.habits.wildcards):
            qualified = f"{package}.{name}"
            if qualified in self.models.prefixes or qualified in self.models.equals:
                return self.models.equals.get(qualified, qualified)
        return None

    def _of_namespace(self, name: str) -> str | None:
        """The class of the file's namespace that a name nothing binds stands for."""
        if not name[:1].isupper() or name.isupper():
            return name if name.isupper() else None
        spaces = [mark[10:] for mark in self.marks if mark.startswith("namespace:")]
        if len(spaces) > 1:
            return None
        return f"{spaces[0]}.{name}" if spaces else name

    def _find(self, name: str, scope: Scope) -> tuple[Scope, list[Binding]] | None:
        """The nearest scope of this unit that binds ``name``, with the bindings."""
        where: Scope | None = scope
        boundary = self.boundary
        while where is not None and where is not boundary:
            bindings = where.bindings.get(name)
            if bindings is not None and (
                where.kind != "class" or where is scope or self.habits.members_are_visible
            ):
                return where, bindings
            where = where.outer
        return None

    def _agree(self, bindings: list[Binding], where: Scope) -> str | None:
        """The one meaning that all bindings have, None when they differ.

        A declared type speaks for everything that is assigned later.
        """
        if len(bindings) > 1:
            bindings = [one for one in bindings if one.kind == "type"] or bindings
        meaning: str | None = None
        cyclic: list[Binding] = []
        for binding in bindings:
            if binding.kind == "constant" and binding.constant is None:
                continue
            one = self._meaning(binding, where)
            if one is _CYCLE:
                cyclic.append(binding)
            elif one is None or (meaning is not None and one != meaning):
                return None
            else:
                meaning = one
        for binding in cyclic:
            # ``q = q.filter(..)`` is fine when it gives what the other bindings give.
            if self._follow(meaning, _TOKEN.findall(binding.target)) != meaning:
                return None
        return meaning

    def _meaning(self, binding: Binding, where: Scope) -> str | None:
        kind = binding.kind
        if kind == "import":
            return self.models.equals.get(binding.target, binding.target)
        if kind in ("class", "function"):
            return ":" + binding.target
        if kind in ("value", "type"):
            return self._path(binding.target, where)
        if kind == "parameter":
            return self._parameter(binding, where)
        return None

    def _parameter(self, binding: Binding, where: Scope) -> str | None:
        """The type of a callback's parameter, from the call that the callback is handed to."""
        callee = self._path(binding.target, where.outer or where) if binding.target else None
        if callee is _CYCLE:
            return _CYCLE
        if callee is not None:
            at, _, count = str(binding.constant).partition("/")
            known = self.models.callback(callee, int(at), int(count))
            if known is not None:
                return known
        if not binding.bases:
            return None
        return self.habits.conventional(binding.bases[0], self.has_mark)

    # ------------------------------------------------------------------ constants

    def constant(self, path: str, scope: Scope) -> Binding | None:
        """The one constant a name, or a member of a class of this file, is bound to.

        None when it is bound several times, to something else, or is unknown.
        """
        owner, _, name = path.rpartition(".")
        if owner:
            holder = self.resolve(owner, scope)
            if holder is None or not holder.startswith(":"):
                return None
            return self._class_constant(holder[1:], name)
        found = self._find(name, scope)
        if found is None:
            if self.boundary is None:
                return None
            return self._ask(("constant", "", name))  # type: ignore[return-value]
        return _only_constant(found[1])

    def _class_constant(self, path: str, name: str) -> Binding | None:
        scope = self.classes.get(path)
        if scope is not None:
            return _only_constant(scope.bindings.get(name, []) + scope.bindings.get("." + name, []))
        if self.outside is None:
            return None
        return self._ask(("constant", path, name))  # type: ignore[return-value]

    # ------------------------------------------------------------------ this file's own names

    def _local_result(self, path: str) -> str | None:
        """What calling something of this file gives: an instance, or a declared result."""
        if path in self.classes:
            return ":" + path
        declared = self.functions.get(path)
        if declared is not None:
            type_path, where = declared
            if not type_path:
                return f":{path}()"
            key = (0, ">" + path)
            if key in self._active or len(self._active) >= MAX_DEPTH:
                # Python: what a function gives back may be worked out from another's result.
                self._cycles += 1
                return f":{path}()"
            self._active.add(key)
            try:
                result = self._path(type_path, where)
            finally:
                self._active.discard(key)
            return None if result is _CYCLE else result or f":{path}()"
        if self.outside is not None:
            return self._ask(("result", path, ""))  # type: ignore[return-value]
        return f":{path}()"

    def _local_member(self, owner: str, name: str, seen: set[str]) -> str | None:
        """A member of a class of this file, its own or a base's; not of the classes ``seen``."""
        seen.add(owner)
        scope = self.classes.get(owner)
        if scope is None:
            if self.outside is not None:
                return self._ask(("member", owner, name))  # type: ignore[return-value]
            return f":{owner}.{name}"
        own = scope.bindings.get("." + name, []) + scope.bindings.get(name, [])
        if own:
            key = (id(scope), "." + name)
            if key in self._active or len(self._active) >= MAX_DEPTH:
                return None
            self._active.add(key)
            try:
                meaning = self._agree(own, scope)
            finally:
                self._active.discard(key)
            return None if meaning is _CYCLE else meaning
        if len(seen) > MAX_DEPTH or scope.outer is None:
            return None
        outer_members: list[str] = []
        for base in scope.bases:
            holder = self._base(base, scope)
            if holder is None or holder in _PLAIN_BASES:
                continue
            if holder.startswith(":"):
                base_path = holder[1:]
                found = self._local_member(base_path, name, seen) if base_path not in seen else None
                if found is not None:
                    return found
            else:
                outer_members.append(f"{holder}.{name}")
        for member in outer_members:
            if member in self.models.prefixes:
                return self.models.equals.get(member, member)
        return outer_members[0] if len(outer_members) == 1 == len(scope.bases) else None

    def _base(self, base: str, scope: Scope) -> str | None:
        """What a class calls its base; None for one that is looked for in itself."""
        key = (id(scope), "<" + base)
        if scope.outer is None or len(self._active) >= MAX_DEPTH:
            return None
        if key in self._active:
            self._cycles += 1
            return None
        self._active.add(key)
        try:
            return self.resolve(base, scope.outer)
        finally:
            self._active.discard(key)

    def bases(self, path: str) -> tuple[str, ...]:
        """All bases of a class of this file that are not of this file, nearest first."""
        scope = self.classes.get(path)
        if scope is None:
            if self.outside is not None:
                return self._ask(("bases", path, ""))  # type: ignore[return-value]
            return ()
        found: dict[str, None] = {}
        seen = {path}
        queue = [scope]
        while queue:
            scope = queue.pop(0)
            for base in scope.bases:
                holder = self._base(base, scope)
                if holder is None:
                    continue
                if not holder.startswith(":"):
                    found[holder] = None
                elif holder not in seen:
                    seen.add(holder)
                    local = self.classes.get(holder[1:])
                    if local is not None:
                        queue.append(local)
                    elif self.outside is not None:
                        found.update(dict.fromkeys(self.bases(holder[1:])))
        return tuple(found)

    def has_mark(self, mark: str) -> bool:
        """Whether this unit or one around it set a mark."""
        if mark in self.marks:
            return True
        return self.outside is not None and bool(self._ask(("mark", "", mark)))

    # ------------------------------------------------------------------ bindings from units inside

    def take(self, one: Outward, scope: Scope) -> Outward | None:
        """Give a binding from a unit that stands in ``scope`` to the scope it is for.

        What has its place further out is returned.
        """
        class_path, name, binding = one
        if class_path == NEAREST:
            head, _, member = name.partition(".")
            declaring = scope.declaring(head)
            if declaring is None and scope.kind != "module":
                return one
            if not member:
                (declaring or scope).bind(name, binding)
                return None
            bound = declaring.bindings[head] if declaring is not None else []
            if len(bound) != 1 or bound[0].kind != "class":
                return None
            class_path, name = bound[0].target, "." + member
        if class_path:
            if class_path not in self.classes:
                return class_path, name, binding
            self.classes[class_path].bind(name, binding)
        elif scope.kind == "module":
            scope.bind(name, binding)
        else:
            return one
        return None

    def written_type(self, name: str, scope: Scope) -> str:
        """The type that a name is declared with or constructed from, as written; "" for none."""
        declaring = scope.declaring(name)
        if declaring is None:
            return str(self._ask(("type", "", name)) or "")
        for binding in declaring.bindings[name]:
            if binding.kind == "type" or (
                binding.kind == "value" and binding.target.endswith("()")
            ):
                return binding.target.removesuffix("()")
        return ""

    def text_has(self, pattern: str) -> bool:
        """Whether a regular expression (``^`` at line starts) fits anywhere in the file's text."""
        if self.text is not None:
            return self.text.has(pattern)
        return bool(self._ask(("text", "", pattern)))

    # ------------------------------------------------------------------ questions

    def _ask(self, question: Question) -> Answer:
        known = self.asked.get(question, _CYCLE)
        if known is _CYCLE:
            if self.outside is None:
                return None
            known = self.asked[question] = self.outside.answer(question, self.seen_from)
        return known

    def answer(self, question: Question, scope: Scope | None) -> Answer:
        """Answer a question of a unit inside of this one, as seen from ``scope``."""
        kind, where, name = question
        if kind == "mark":
            return self.has_mark(name)
        if kind == "text":
            return self.text_has(name)
        if kind == "bases":
            return self.bases(where)
        if kind == "result":
            return self._local_result(where)
        if kind == "member":
            return self._local_member(where, name, set())
        if kind == "constant" and where:
            return self._class_constant(where, name)
        scope = scope or self.module
        if scope is None:
            return None
        # A class body's names are visible in the body itself, not in its methods.
        if scope.kind == "class" and where != "body" and not self.habits.members_are_visible:
            scope = scope.outer or scope
        if kind == "type":
            return self.written_type(name, scope)
        return self.constant(name, scope) if kind == "constant" else self.resolve(name, scope)


def _only_constant(bindings: list[Binding]) -> Binding | None:
    return bindings[0] if len(bindings) == 1 and bindings[0].kind == "constant" else None


_known_names: dict[int, tuple[Models, frozenset[str]]] = {}


def _last_names(models: Models) -> frozenset[str]:
    """The last segments of all names that models know: most names of a file are none of them."""
    known = _known_names.get(id(models))
    if known is None or known[0] is not models:
        names = {one.rpartition(".")[2] for one in (*models.prefixes, *models.equals)}
        known = _known_names[id(models)] = (models, frozenset(names))
    return known[1]

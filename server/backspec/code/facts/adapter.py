"""The walk over a syntax tree that all languages share, and what handlers may ask of it.

An adapter is a class with a table from node kind to handler (``handlers``), a set of kinds not
worth entering (``leaves``), and methods that read values. ``walk`` visits the nodes of a unit
once, in document order, without recursion, and calls the handler of each. A handler adds facts
and bindings, and says where the children stand::

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.LOOP))     # the body only, not the condition
        return ENTER

``self.place`` is where the current node stands (scope, function, class, context). ``inside``
changes it for the children of the current node, ``at`` for one descendant and what it holds.
``self.parent(n)`` is the n-th node around the current one, at no cost.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from backspec.code import syntax
from backspec.code.facts.flow_reader import FlowReader
from backspec.code.facts.model import (
    OPAQUE,
    Binding,
    Built,
    Call,
    ClassDef,
    Const,
    Context,
    Facts,
    Function,
    Name,
    Operation,
    Pair,
    Place,
    Scope,
    Value,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.models import CallModel
    from backspec.code.resolve import Habits, Resolver
    from backspec.code.sinks import Sink
    from backspec.code.syntax import Node

ENTER: Final = False
"""A handler's answer: visit the children."""
SKIP: Final = True
"""A handler's answer: do not visit the children."""

Handler = Callable[[Any, "Node"], bool]

INHERITED: Final = Context.TEST | Context.MIGRATION | Context.DEV_GUARD | Context.MAIN
"""What a function's body takes over from where the function stands."""


_DEPTH: Final = 256
"""How deep most trees are; deeper ones make room as they go."""

_KEPT_AROUND: Final = 4
"""How many nodes around a unit its handlers may ask for."""

_DERIVED: Final = Context.HANDLER | Context.TRANSACTION | Context.OFFLOADED


def _skip(_adapter: Adapter, _node: Node) -> bool:
    return SKIP


class Adapter(FlowReader):
    """One language's reading of one unit of code."""

    family: ClassVar[str]
    """The folder of models: ``python``, ``javascript``, ..."""
    handlers: ClassVar[Mapping[str, str]]
    """Node kind to method name."""
    leaves: ClassVar[frozenset[str]]
    """Kinds whose children nobody needs."""
    splits: ClassVar[frozenset[str]] = frozenset()
    """Kinds that make units of their own inside a large unit: functions and methods."""
    habits: ClassVar[Habits]

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        """``language`` is the id of the grammar the tree was made with."""
        self.language = language
        self.source = source
        self.resolver = resolver
        self.facts = Facts(language, self)
        self.calls_by_node: dict[int, Call] = {}
        self.calls_around: Mapping[int, Call] = {}
        """The same of the walk around, when a part of what it walked is walked by itself."""
        self.functions_by_node: dict[int, Function] = {}
        self.place = place or Place(self, None, Scope("module", None), None, None, Context.MODULE)
        self.outside: list[tuple[str, str, Binding]] = []
        """Bindings for scopes around the unit: (class path, "" for the module or ``NEAREST``, name,
        with ``NEAREST`` also the path of a member, binding)."""
        self.sinks: list[Sink] = []
        """The calls that some flow may end in; found while matching."""
        self.left_out: list[tuple[Node, Place, tuple[Node, ...]]] = []
        """What ``walk`` was told to leave out: nodes, where they stand, and the nodes around."""
        self.extent = Span(0, 0)
        """The bytes of the unit."""
        self._path: list[Node] = []
        self._root = 0
        self._depth = 0
        self._framed: list[int] = [-1]
        """The depths of nodes whose children stand elsewhere than they, above a bottom."""
        self._places: list[Place] = []
        """Where those nodes stand."""
        self._pending: dict[int, Place] = {}
        self._outer_names: dict[int, set[str]] = {}
        """By scope: names declared to belong to a scope outside (``global``)."""
        self.literals: dict[tuple[int, str], Node] = {}
        """Mapping literals that a function's constants are bound to, by scope and name."""
        self.inner_paths: dict[int, str] = {}
        """Paths of calls inside of longer chains, by node: a chain is read once."""

    # ------------------------------------------------------------------ the walk

    def walk(
        self, root: Node, around: tuple[Node, ...] = (), *, leave_out_from: int | None = None
    ) -> None:
        """Visit ``root`` and everything in it, adding to ``facts``.

        ``around`` are the nodes around the root, outermost first, for ``parent``. Functions of
        ``leave_out_from`` bytes or more are not entered but kept in ``left_out``.
        """
        table = _table(type(self), self.language, leave_out_from)  # type: ignore[arg-type] # a type is hashable
        handler_of = table.get
        cursor = root.walk()
        first, following, up = (
            cursor.goto_first_child,
            cursor.goto_next_sibling,
            cursor.goto_parent,
        )
        path, framed, pending = self._path, self._framed, self._pending
        path[:] = [*around, *[root] * _DEPTH]
        self.extent = Span(root.start_byte, root.end_byte)
        self.root = root
        depth = top = self._root = len(around)
        limit = len(path) - 1
        while True:
            node: Node = cursor.node  # type: ignore[assignment] # a cursor always has a node
            path[depth] = node
            if pending and node.id in pending:
                self._depth = depth
                self.inside(pending.pop(node.id))
            handler = handler_of(node.kind_id)
            if handler is None:
                enter = first()
            elif handler is _skip:
                enter = False
            else:
                self._depth = depth
                enter = not handler(self, node) and first()
            if enter:
                depth += 1
                if depth == limit:
                    path.extend([root] * limit)
                    limit = len(path) - 1
                continue
            while True:
                while framed[-1] == depth:
                    framed.pop()
                    self.place = self._places.pop()
                if depth == top:
                    self.finish()
                    return
                if following():
                    break
                up()
                depth -= 1

    def finish(self) -> None:
        """End a walk."""
        self._path.clear()
        self._pending.clear()

    def close(self) -> None:
        """Let go of everything read: facts and places refer to each other in circles.

        Without this a collector has to find them, which costs a tenth of an analysis.
        """
        for function in self.facts.functions:
            function.passed_to = None
            del function.inside
        self.__dict__.clear()

    def parent(self, steps: int = 1) -> Node | None:
        """The node ``steps`` above the current one; None above the outermost one known."""
        return self._path[self._depth - steps] if self._depth >= steps else None

    @property
    def is_at_root(self) -> bool:
        """Whether the current node is the root of the walk."""
        return self._depth == self._root

    def leave_out(self, node: Node) -> None:
        """Keep the current node for a walk of its own."""
        around = tuple(self._path[max(0, self._depth - _KEPT_AROUND) : self._depth])
        self.left_out.append((node, self.place, around))

    # ------------------------------------------------------------------ places

    def inside(self, place: Place) -> None:
        """The children of the current node stand in ``place``."""
        self._framed.append(self._depth)
        self._places.append(self.place)
        self.place = place

    def at(self, node: Node, place: Place) -> None:
        """``node``, met later in the walk, and all it holds stand in ``place``."""
        self._pending[node.id] = place

    def region(self, flags: int, *, without: int = 0, guards: tuple[Node, ...] = ()) -> Place:
        """A place like the current one with context bits added and removed."""
        here = self.place
        return Place(
            self,
            here,
            here.scope,
            here.function,
            here.class_def,
            (here.flags & ~without) | flags,
            guards,
        )

    def block_scope(self, flags: int = 0) -> Place:
        """A place with a scope of its own inside the current function or module."""
        here = self.place
        scope = Scope("block", here.scope)
        return Place(self, here, scope, here.function, here.class_def, here.flags | flags)

    def function_place(self, function: Function, flags: int = 0) -> Place:
        """The place of a function's body, with a fresh scope; sets ``function.inside``."""
        here = self.place
        scope = Scope("function", here.scope)
        inside = Place(
            self, here, scope, function, here.class_def, (here.flags & INHERITED) | flags
        )
        function.inside = inside
        return inside

    def class_place(self, class_def: ClassDef) -> Place:
        """The place of a class body, with a fresh scope that the resolver knows by path."""
        here = self.place
        scope = Scope("class", here.scope, class_def.path, class_def.base_paths)
        self.resolver.classes[class_def.path] = scope
        return Place(self, here, scope, here.function, class_def, here.flags)

    # ------------------------------------------------------------------ facts

    def add_call(
        self, node: Node, callee: Node, path: str, name: str, is_new: bool = False
    ) -> Call:
        """Add the current node as a call."""
        depth = self._depth
        parent = self._path[depth - 1] if depth else None
        call = Call(self.place, node, callee, parent, path, name, is_new)
        self.facts.calls.append(call)
        self.calls_by_node[node.id] = call
        return call

    def add_pair(self, node: Node, key: str, value: Node) -> None:
        """Add a key with its value."""
        self.facts.pairs.append(Pair(self.place, node, key, value))

    def bind(self, name: str, binding: Binding = OPAQUE) -> None:
        """Give a name a meaning in the current scope."""
        self.place.scope.bind(name, binding)

    def bind_member(self, class_path: str, name: str, binding: Binding) -> None:
        """Give a field of a class of this file a meaning, wherever the class stands."""
        scope = self.resolver.classes.get(class_path)
        if scope is not None:
            scope.bind("." + name, binding)
        else:
            self.outside.append((class_path, "." + name, binding))

    def lifted(
        self, binding: Binding, until: Scope | None = None, *, scope: Scope | None = None
    ) -> Binding:
        """A binding made in a function, in terms of what is known outside of it.

        ``scope`` is where it was made, here by default; ``until`` is the scope it is for, None for
        one outside of all functions.
        """
        if binding.kind not in ("value", "type"):
            return binding
        head, dot, rest = binding.target.partition(".")
        name = head.partition("(")[0].rstrip("!")
        called = head[len(name) :]
        scope = scope or self.place.scope
        while scope is not None and scope is not until and scope.kind in ("function", "block"):
            found = scope.bindings.get(name)
            if found is not None:
                real = [b for b in found if b.kind != "constant" or b.constant is not None]
                if len(real) != 1:
                    return OPAQUE
                known = real[0]
                tail = called + dot + rest
                if known.kind == "class" and not self._is_reachable(known.target):
                    return OPAQUE
                if not tail and known.kind != "class":
                    return known
                if known.kind == "import" and "(" not in tail:
                    return Binding("import", known.target + tail)
                if known.kind in ("value", "type", "class") and known.target != binding.target:
                    return Binding("value", known.target + tail)
                return OPAQUE
            scope = scope.outer
        return binding

    def _is_reachable(self, class_path: str) -> bool:
        """Whether a class has its name outside of the function at hand."""
        around = self.place.class_def
        return "." not in class_path or (around is not None and around.path == class_path)

    def mark_handler(self, path: str) -> None:
        """Remember that a function of this file, named by path, is registered as a handler."""
        self.resolver.marks.add("handler:" + path.rpartition(".")[2])

    # ------------------------------------------------------------------ reading

    def literal_of(self, name: str, scope: Scope) -> Node | None:
        """The mapping literal that a constant of the same function holds, unchanged.

        What lies outside of the function is not looked at: it may belong to another unit.
        """
        where: Scope | None = scope
        while where is not None and name not in where.bindings and where.kind == "block":
            where = where.outer
        found = None if where is None else self.literals.get((id(where), name))
        return None if found is None or self._is_changed(name, found) else found

    def _is_changed(self, name: str, literal: Node) -> bool:
        """Whether the text after a literal, up to the end of its function, sets an entry of it.

        A closure that does so may be another unit; the function's text is the same for both.
        """
        around: Node | None = literal.parent
        while around is not None and around.type not in self.splits:
            around = around.parent
        end = around.end_byte if around is not None else len(self.source)
        word = re.escape(name.encode())
        return (
            re.compile(
                rb"(?<![\w$.])" + word + rb"(?:\s*\??\.\s*\w+|\s*\[[^\]\n]{0,80}\])+"
                rb"\s*(?:[-+*/|&?]{0,2}=(?![=>])|\+\+|--)"
                rb"|\bassign\(\s*" + word + rb"\b|\bdelete\s+" + word + rb"\b"
            ).search(self.source, literal.end_byte, end)
            is not None
        )

    def change(self, name: str) -> None:
        """Forget what a constant held: one of its entries is set."""
        where = self.place.scope.declaring(name)
        if where is not None:
            self.literals.pop((id(where), name), None)

    def chain(self, parts: list[str], inner: list[tuple[int, int]]) -> str:
        """Join a chain that was read from its end; ``inner`` has (node, parts after it) of calls.

        What the inner calls' paths are is kept in ``inner_paths``.
        """
        parts.reverse()
        for node_id, after in inner:
            self.inner_paths[node_id] = "".join(parts[: len(parts) - after])
        return "".join(parts)

    @staticmethod
    def span(node: Node) -> Span:
        """The bytes of a node."""
        return Span(node.start_byte, node.end_byte)

    def slice(self, node: Node) -> str:
        """The source text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def text(self, span: Span) -> str:
        return self.source[span.start : span.end].decode("utf-8", "replace")

    def resolve(self, path: str, scope: Scope) -> str | None:
        return self.resolver.resolve(path, scope)

    def named(self, node: Node, path: str, scope: Scope) -> Value:
        """The value of a path: the constant it is bound to, or the name itself."""
        span = Span(node.start_byte, node.end_byte)
        if "(" not in path:
            bound = self.resolver.constant(path, scope)
            if bound is not None:
                return Const(span, node, bound.constant, literal=False)
        return Name(span, node, path, self.resolver.resolve(path, scope))

    def concatenation(self, span: Span, node: Node, values: list[Value]) -> Value:
        """What ``+`` gives: a constant of constants, a built string, or an operation."""
        texts = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, str)]
        if len(texts) == len(values):
            return Const(span, node, "".join(texts), literal=False)
        parts: list[Value] = []
        for value in values:
            parts.extend(value.parts if isinstance(value, Built) else (value,))
        if texts or len(parts) != len(values):
            return Built(span, node, tuple(parts))
        return Operation(span, node, "+", tuple(values))

    def detached(self, scope: Scope) -> Place:
        """A place for facts that the walk did not visit."""
        return Place(self, None, scope, None, None, 0)

    def comments(self, node: Node) -> str:
        found = []
        stack = [node]
        while stack:
            current = stack.pop()
            if "comment" in current.type:
                found.append(self.slice(current))
            else:
                stack.extend(reversed(current.named_children))
        return " ".join(found)

    def statements(self, block: Node) -> tuple[Node, ...]:
        return tuple(n for n in block.named_children if "comment" not in n.type)

    # ------------------------------------------------------------------ contexts by meaning

    def model_of(self, call: Call) -> CallModel | None:
        """The model of a call: by what it resolves to, else by a ``*.`` pattern of its path."""
        models = self.resolver.models
        name = call.qualified
        if name is not None:
            known = models.calls.get(name)
            if known is not None:
                return self._plugin_of(call) or known if "plugin-use" in known.roles else known
        for model in models.candidates(name or f"?.{call.path or call.name}"):
            if (name is not None or model.name.startswith("*.")) and self.may_use(model):
                return model
        return None

    def _plugin_of(self, call: Call) -> CallModel | None:
        """For ``app.register(plugin, options)``: the plugin's model, as called with options."""
        plugin = call.arguments.positional[0] if call.arguments.positional else None
        name = plugin.qualified if isinstance(plugin, Name) else None
        model = self.resolver.models.calls.get(name) if name is not None else None
        if model is None:
            return None
        shifted = {
            argument: tuple(
                "1" + place[1:] if isinstance(place, str) and place.startswith("0.") else place
                for place in places
            )
            for argument, places in model.arguments.items()
        }
        return replace(model, arguments=shifted)

    def may_use(self, model: CallModel) -> bool:
        """Whether the file imports what the model needs."""
        has_mark = self.resolver.has_mark
        return not model.requires or any(has_mark("package:" + p) for p in model.requires)

    def roles_of(self, call: Call) -> frozenset[str]:
        """The roles a call plays; empty when unknown."""
        model = self.model_of(call)
        return model.roles if model is not None else frozenset()

    def roles(self, qualified: str | None) -> frozenset[str]:
        """The roles models give a qualified name, also as a decorator; empty when unknown."""
        return self.resolver.models.roles(qualified) if qualified is not None else frozenset()

    def is_handler(self, function: Function) -> bool:
        """Whether a function runs for one request; adapters add their frameworks' shapes."""
        if any("route-handler" in self.roles(one.qualified) for one in function.decorators):
            return True
        call = function.passed_to
        if call is not None and "route-handler" in self.roles_of(call):
            return True
        return bool(function.path) and self.resolver.has_mark("handler:" + function.name)

    def derived_context(self, place: Place) -> int:
        outer, function = place.outer, place.function
        is_same = outer is not None and outer.function is function
        inherited = _DERIVED if is_same else Context.HANDLER
        flags = outer.context & inherited if outer is not None else 0
        for node in place.guards:
            call = self.calls_by_node.get(node.id)
            if call is not None and "db-transaction" in self.roles_of(call):
                flags |= Context.TRANSACTION
        if function is None or is_same:
            return flags
        if not flags & Context.HANDLER and self.is_handler(function):
            flags |= Context.HANDLER
        for decorator in function.decorators:
            roles = self.roles(decorator.qualified)
            if "db-transaction" in roles:
                flags |= Context.TRANSACTION
            if "offload" in roles:
                flags |= Context.OFFLOADED
        if function.passed_to is not None:
            roles = self.roles_of(function.passed_to)
            if "offload" in roles:
                flags |= Context.OFFLOADED
            if "db-transaction" in roles:
                flags |= Context.TRANSACTION
        return flags


@functools.cache
def _table(
    adapter: type[Adapter], language: str, leave_out_from: int | None
) -> Mapping[int, Handler]:
    """Node kind ids of a grammar to handlers; kinds the grammar does not have are left out."""
    grammar = syntax.grammar(language)
    table: dict[int, Handler] = {}
    for kind in adapter.leaves:
        for kind_id in grammar.kind_ids(kind):
            table[kind_id] = _skip
    for kind_id in grammar.token_ids():
        table[kind_id] = _skip
    for kind, method in adapter.handlers.items():
        for kind_id in grammar.kind_ids(kind):
            table[kind_id] = getattr(adapter, method)
    if leave_out_from is not None:
        for kind in adapter.splits:
            for kind_id in grammar.kind_ids(kind):
                table[kind_id] = _leave_out(table.get(kind_id), leave_out_from)
    return table


def _leave_out(handler: Handler | None, size: int) -> Handler:
    """A handler that leaves large nodes out, but for the root of the walk."""

    def leave_out(adapter: Adapter, node: Node) -> bool:
        if node.end_byte - node.start_byte >= size and not adapter.is_at_root:
            adapter.leave_out(node)
            return SKIP
        return ENTER if handler is None else handler(adapter, node)

    return leave_out

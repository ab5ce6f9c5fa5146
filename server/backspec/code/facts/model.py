"""Facts: what the syntax says about the code, in one form for all languages.

Adapters (``code/facts/<language>.py``) build them, ``code/match.py`` and ``code/checks/`` read
them; neither side knows the other. Facts live as long as one analysis of one unit: they hold
syntax nodes, so nothing may keep them. Offsets are bytes of the whole document.

Every fact has a ``place``: the scope, function, class and context it stands in, shared by all
facts of one region. ``fact.scope``, ``.function``, ``.class_def`` and ``.context`` read it.

Qualified names are dotted: module or package, then types and members. An instance of a type is
written like the type, so ``redis.Redis(...).get`` and a parameter ``r: redis.Redis`` with
``r.get`` both say ``redis.Redis.get``. A call of anything that is not known to be a type keeps
its parentheses: ``sqlite3.connect().cursor`` (until a model says what ``sqlite3.connect``
returns). JavaScript names start with the package (``@nestjs/common.Get``, ``node:`` dropped,
``default`` dropped); Java, C# and PHP names are the imported ones with dots; Ruby's are its
constants with dots (``Net.HTTP.get``), and Rails' own words as they stand (``params``). Unknown is
None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple

from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.syntax import Node

Constant = str | bytes | int | float | bool | None
"""What a constant folds to; JavaScript ``undefined``, ``nil``, ``null`` and ``None`` are None."""


class Context:
    """Bits that say where a fact stands. Several apply at once; nested functions start afresh
    except for ``TEST``, ``MIGRATION``, ``HANDLER`` and (for callbacks that run in place) ``LOOP``.
    """

    NONE: Final = 0
    LOOP: Final = 1
    """In the body of a loop, comprehension or per-item callback (not its iterable), and the
    iterable is not a literal of three or fewer items."""
    ASYNC: Final = 2
    """Runs on the event loop: the innermost function is async."""
    HANDLER: Final = 4
    """In code that runs for one request (smell catalogue, HANDLER)."""
    TRANSACTION: Final = 8
    RESOURCE: Final = 16
    """In a ``with``/``using``/``try``-with-resources/``defer`` scope that owns the value."""
    TRY: Final = 32
    """In the guarded part of a try."""
    CATCH: Final = 64
    FINALLY: Final = 128
    TEST: Final = 256
    """In a test: by path or by enclosing test function (smell catalogue, TEST)."""
    MIGRATION: Final = 512
    """By path (smell catalogue, MIG)."""
    MAIN: Final = 1024
    """Under ``if __name__ == "__main__"`` or another script entry point."""
    DEV_GUARD: Final = 2048
    """In a branch that only a development or debug environment takes."""
    OFFLOADED: Final = 4096
    """In a function handed to something that runs it elsewhere (``asyncio.to_thread``)."""
    MODULE: Final = 8192
    """Outside every function: runs once at import."""
    AWAITED: Final = 16384
    """The value is awaited on the spot."""


class Binding(NamedTuple):
    """One way a name gets its meaning, free of syntax nodes so that it can be kept."""

    kind: Literal["import", "value", "type", "class", "function", "constant", "parameter", "opaque"]
    target: str = ""
    """import: the qualified name; value: the path of what it was bound to, with ``()`` after each
    call (``redis.Redis()``, see ``code/resolve.py``); type: the declared type's path; class,
    function: its name within the file, as in ``Outer.inner``; constant: the Python type of the
    constant (so that ``1`` and ``True`` differ); parameter: the path of the call that the
    callback is handed to, as seen from outside of the callback."""
    constant: Constant = None
    """parameter: ``"1/3"`` for the second of three."""
    bases: tuple[str, ...] = ()
    """class: the paths of its bases; parameter: the key of the type it has by convention when no
    model says, see ``Habits.conventional``."""


OPAQUE: Final = Binding("opaque")
"""Bound to something that one look does not name."""

MAX_BINDINGS: Final = 24
"""How many meanings of one name in one scope are kept apart."""

NEAREST: Final = "*"
"""In place of a class path: the nearest scope around that declares the name."""


class Scope:
    """Names bound in one function, class, module or block, for resolution.

    ``bindings`` maps a name to what it was bound to, in order. ``self.x`` and ``this.x`` are bound
    in the class scope under ``.x``. ``assigned`` holds bindings of names that were assigned
    without a declaration; the walk gives each to the nearest scope that declares the name.
    """

    __slots__ = ("assigned", "bases", "bindings", "class_path", "kind", "outer", "resolved")

    def __init__(
        self,
        kind: Literal["module", "class", "function", "block"],
        outer: Scope | None,
        class_path: str = "",
        bases: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.outer = outer
        self.class_path = class_path
        """For a class scope: the class's name within the file (``Outer.Inner``)."""
        self.bases = bases
        """For a class scope: the paths of its bases."""
        self.bindings: dict[str, list[Binding]] = {}
        self.assigned: list[tuple[str, Binding]] = []
        self.resolved: dict[str, str | None] = {}
        """What names looked up from here mean; filled by the resolver."""

    def bind(self, name: str, binding: Binding) -> None:
        """Add one meaning of a name. A name with too many is unknown."""
        known = self.bindings.get(name)
        if known is None:
            self.bindings[name] = [binding]
        elif binding not in known:
            if len(known) == MAX_BINDINGS:
                known[:] = [OPAQUE]
            known.append(binding)

    def declaring(self, name: str) -> Scope | None:
        """The nearest scope, from this one outwards, that binds ``name``."""
        scope: Scope | None = self
        while scope is not None and name not in scope.bindings:
            scope = scope.outer
        return scope


class Place:
    """Where facts stand: one region of code with one scope, function, class and context."""

    __slots__ = (
        "_context",
        "class_def",
        "flags",
        "function",
        "guards",
        "outer",
        "reader",
        "scope",
    )

    def __init__(
        self,
        reader: Reader,
        outer: Place | None,
        scope: Scope,
        function: Function | None,
        class_def: ClassDef | None,
        flags: int,
        guards: tuple[Node, ...] = (),
    ) -> None:
        self.reader = reader
        self.outer = outer
        """The region around it."""
        self.scope = scope
        self.function = function
        self.class_def = class_def
        self.flags = flags
        """The context bits that the syntax alone decides."""
        self.guards = guards
        """The calls of a ``with`` that opens the region; a model may call one a transaction."""
        self._context: int | None = None

    @property
    def context(self) -> int:
        """All ``Context`` bits, including those that need names resolved."""
        if self._context is None:
            self._context = self.flags | self.reader.derived_context(self)
        return self._context


class Fact:
    """What all facts share: a place."""

    __slots__ = ("place",)

    place: Place

    @property
    def scope(self) -> Scope:
        """Where names in the fact are looked up."""
        return self.place.scope

    @property
    def function(self) -> Function | None:
        """The enclosing function, None at module level."""
        return self.place.function

    @property
    def class_def(self) -> ClassDef | None:
        """The enclosing class, also from inside its methods."""
        return self.place.class_def

    @property
    def context(self) -> int:
        """``Context`` bits."""
        return self.place.context

    @property
    def flags(self) -> int:
        """The ``Context`` bits that the syntax alone decides, at no cost: all but ``HANDLER``,
        ``TRANSACTION``, ``OFFLOADED`` and ``AWAITED``.
        """
        return self.place.flags

    @property
    def reader(self) -> Reader:
        """What evaluates nodes of this fact."""
        return self.place.reader


class Reader:
    """What an adapter offers so that facts can be read lazily."""

    def arguments(self, call: Call) -> Arguments:
        """The evaluated arguments of a call."""
        raise NotImplementedError

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of an expression node as seen from ``scope``."""
        raise NotImplementedError

    def resolve(self, path: str, scope: Scope) -> str | None:
        """The qualified name of a dotted path as seen from ``scope``; None when unknown."""
        raise NotImplementedError

    def use(self, call: Call) -> Use:
        """What happens to the result of a call."""
        raise NotImplementedError

    def assigned_to(self, call: Call) -> str:
        """The path of the target that a call's result is bound to, "" when there is none."""
        raise NotImplementedError

    def receiver_call(self, call: Call) -> Call | None:
        """For chains, the call this one is made on."""
        raise NotImplementedError

    def derived_context(self, place: Place) -> int:
        """The ``Context`` bits of a place that depend on what names mean."""
        raise NotImplementedError

    def call_context(self, call: Call) -> int:
        """The ``Context`` bits of a call itself: ``AWAITED``."""
        raise NotImplementedError

    def statements(self, block: Node) -> tuple[Node, ...]:
        """The statements of a block, without comments."""
        raise NotImplementedError

    def comments(self, node: Node) -> str:
        """The text of all comments inside a node, joined by spaces."""
        raise NotImplementedError

    def text(self, span: Span) -> str:
        """The source text of a span."""
        raise NotImplementedError


ArgumentReader = Reader


# ---------------------------------------------------------------------------- values


@dataclass(slots=True)
class Value:
    """What an expression is, as far as one look at it tells."""

    span: Span
    node: Node
    kind: ClassVar[str] = "unknown"


@dataclass(slots=True)
class Const(Value):
    """A literal, or a name or concatenation that folds to one (through one assignment)."""

    value: Constant = None
    literal: bool = True
    """False when it was folded through a name."""
    kind: ClassVar[str] = "constant"


@dataclass(slots=True)
class Name(Value):
    """A name or member path: ``x``, ``self.client``, ``req.body.id``, ``requests.get``."""

    path: str = ""
    """As written, dotted, constant subscripts as members (``app.config.SECRET_KEY``)."""
    qualified: str | None = None
    """The qualified name it resolves to."""
    kind: ClassVar[str] = "name"


@dataclass(slots=True)
class Built(Value):
    """A string built from parts: concatenation, f-string, template literal, format, sprintf."""

    parts: tuple[Value, ...] = ()
    kind: ClassVar[str] = "built"


@dataclass(slots=True)
class Mapping(Value):
    """JS object, dict, hash, PHP array with keys, options struct, keyword arguments."""

    entries: dict[str, Value] = field(default_factory=dict)
    """By constant key; the last of several wins."""
    key_spans: dict[str, Span] = field(default_factory=dict)
    is_open: bool = False
    """Has a spread or a computed key, so a missing entry proves nothing."""
    type_name: str | None = None
    """For an options struct or object initialiser: its type, qualified when known."""
    spreads: tuple[Value, ...] = ()
    """The mappings whose entries it has as well: ``{...body}``, ``{**body}``."""
    others: tuple[Value, ...] = ()
    """The values under keys that are not constant."""
    kind: ClassVar[str] = "mapping"


@dataclass(slots=True)
class Sequence(Value):
    """List, tuple, set, array."""

    items: tuple[Value, ...] = ()
    is_open: bool = False
    """Has a spread."""
    kind: ClassVar[str] = "sequence"


@dataclass(slots=True)
class CallValue(Value):
    """The result of a call (or ``new``); ``await`` and parentheses are looked through."""

    call: Call = field(default=None)  # type: ignore[assignment]
    kind: ClassVar[str] = "call"


@dataclass(slots=True)
class FunctionValue(Value):
    """A lambda, arrow function, closure or block written in place."""

    function: Function = field(default=None)  # type: ignore[assignment]
    kind: ClassVar[str] = "function"


@dataclass(slots=True)
class Operation(Value):
    """A binary, unary, ternary or subscript operation that does not fold to a constant."""

    operator: str = ""
    """``||``, ``??``, ``or``, ``+``, ``==``, ``!``, ``?:`` (condition, then, else), ``[]``, ..."""
    operands: tuple[Value, ...] = ()
    kind: ClassVar[str] = "operation"


@dataclass(slots=True)
class Unknown(Value):
    """Anything else."""


# ---------------------------------------------------------------------------- facts


Use = Literal["statement", "assigned", "returned", "argument", "condition", "receiver", "other"]
"""What happens to a call's result: dropped, bound to a name, returned, passed on, tested, ..."""

UNSET: Final = "\0unset"
"""What a call resolves to before anybody asked."""


class Call(Fact):
    """A call, constructor call, or (Ruby) command. Everything beyond its path is read lazily.

    Attributes:
        node: the call's syntax node. callee: the node of what is called. parent: the node around.
        path: the callee as written, dotted, ``()`` after each call of a chain and constant
            subscripts as members (``self.db.query``, ``connect().cursor``); "" when it is not a
            path.
        name: the last segment of the path, also known for members of unknown things (``query``).
        is_new: ``new X()`` or another constructor form.
    """

    __slots__ = ("_arguments", "_qualified", "callee", "is_new", "name", "node", "parent", "path")

    def __init__(
        self,
        place: Place,
        node: Node,
        callee: Node,
        parent: Node | None,
        path: str,
        name: str,
        is_new: bool = False,
    ) -> None:
        self.place = place
        self.node = node
        self.callee = callee
        self.parent = parent
        self.path = path
        self.name = name
        self.is_new = is_new
        self._arguments: Arguments | None = None
        self._qualified: str | None = UNSET

    @property
    def span(self) -> Span:
        """The whole call."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def callee_span(self) -> Span:
        """The callee without arguments."""
        return Span(self.callee.start_byte, self.callee.end_byte)

    @property
    def written(self) -> str:
        """The callee as people write it, for messages."""
        path = self.path
        if self.node.type == "assignment_expression":
            # A setter is written like its property, an indexer like what it is on.
            return path.replace(".set_Item", "").replace(".set_", ".")
        return path if "!()" not in path else "new " + path.replace("!()", "()")

    @property
    def qualified(self) -> str | None:
        """What ``path`` resolves to, or None."""
        if self._qualified is UNSET:
            place = self.place
            self._qualified = place.reader.resolve(self.path, place.scope) if self.path else None
        return self._qualified

    @property
    def arguments(self) -> Arguments:
        """The arguments, evaluated once."""
        if self._arguments is None:
            self._arguments = self.place.reader.arguments(self)
        return self._arguments

    @property
    def context(self) -> int:
        """``Context`` bits."""
        return self.place.context | self.place.reader.call_context(self)

    @property
    def use(self) -> Use:
        """What happens to the result."""
        return self.place.reader.use(self)

    @property
    def assigned_to(self) -> str:
        """The target's path when ``use`` is "assigned"."""
        return self.place.reader.assigned_to(self)

    @property
    def receiver_call(self) -> Call | None:
        """For chains, the call this one is made on."""
        return self.place.reader.receiver_call(self)


@dataclass(slots=True)
class Arguments:
    """A call's arguments."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    keyword_spans: dict[str, Span] = field(default_factory=dict)
    """Of the whole ``name=value``."""
    is_open: bool = False
    """Has ``*args``, ``**kwargs`` or a spread, so a missing argument proves nothing."""
    span: Span = field(default=Span(0, 0))
    """Between the parentheses, exclusive; an empty span where the list could be inserted."""
    spreads: tuple[Value, ...] = ()
    """What stands behind ``*``, ``**`` and ``...``."""
    block: Function | None = None
    """Ruby: the block passed."""
    has_parentheses: bool = True
    """False where arguments are given, or could be, without (``new X``, Ruby commands)."""


class Parameter:
    """One parameter of a function."""

    __slots__ = ("decorators", "default_node", "is_rest", "name", "place", "span", "type_path")

    def __init__(
        self,
        place: Place,
        name: str,
        span: Span,
        type_path: str = "",
        default_node: Node | None = None,
        decorators: tuple[Decorator, ...] = (),
        *,
        is_rest: bool = False,
    ) -> None:
        self.place = place
        """Of the function around: where the type and the default are looked up."""
        self.name = name
        self.span = span
        self.type_path = type_path
        """Declared type as written, "" when there is none or it is not a path."""
        self.default_node = default_node
        self.decorators = decorators
        """``@Body()`` in NestJS, annotations in Java, attributes in C#."""
        self.is_rest = is_rest
        """It gets all arguments that are left: ``String... names`` (so far only in Java)."""

    @property
    def type_name(self) -> str | None:
        """Declared type, qualified when known (``fastapi.Request``), else as written."""
        if not self.type_path:
            return None
        return self.place.reader.resolve(self.type_path, self.place.scope) or self.type_path

    @property
    def default(self) -> Value | None:
        """The default value, None when there is none."""
        if self.default_node is None:
            return None
        return self.place.reader.value(self.default_node, self.place.scope)


class Decorator:
    """A decorator, annotation or attribute."""

    __slots__ = ("call", "path", "place", "span")

    def __init__(self, place: Place, path: str, span: Span, call: Call | None = None) -> None:
        self.place = place
        self.path = path
        self.span = span
        self.call = call
        """When it has an argument list."""

    @property
    def qualified(self) -> str | None:
        """What its path resolves to."""
        return self.place.reader.resolve(self.path, self.place.scope) if self.path else None


@dataclass(slots=True, eq=False)
class ClassDef:
    """A class, struct, interface or module."""

    name: str
    node: Node
    span: Span
    name_span: Span
    base_paths: tuple[str, ...]
    """As written."""
    decorators: tuple[Decorator, ...]
    outer: ClassDef | None
    place: Place
    """Where the class is defined."""
    path: str = ""
    """Its name within the file: ``Outer.Inner``."""

    @property
    def bases(self) -> tuple[str, ...]:
        """Qualified when known, else as written."""
        place = self.place
        return tuple(place.reader.resolve(p, place.scope) or p for p in self.base_paths)


@dataclass(slots=True, eq=False)
class Function:
    """A function, method, lambda or block."""

    name: str
    """"" for anonymous ones."""
    node: Node
    span: Span
    name_span: Span
    """Of the name, or of the head of an anonymous function."""
    body_span: Span
    is_async: bool
    parameters: tuple[Parameter, ...]
    decorators: tuple[Decorator, ...]
    class_def: ClassDef | None
    outer: Function | None
    place: Place
    """Where the function is defined; ``inside`` is the place of its body."""
    inside: Place = field(default=None)  # type: ignore[assignment]
    returns_path: str = ""
    """Declared return type as written."""
    is_generator: bool = False
    passed_to: Call | None = None
    """The call this function is an argument of (``app.get("/x", fn)``)."""
    path: str = ""
    """Its name within the file (``Class.method``); "" for anonymous and nested ones."""

    @property
    def scope(self) -> Scope:
        """The scope of its body."""
        return self.inside.scope

    @property
    def context(self) -> int:
        """The ``Context`` of its body."""
        return self.inside.context

    @property
    def returns(self) -> str | None:
        """Declared return type, qualified when known."""
        if not self.returns_path:
            return None
        place = self.place
        return place.reader.resolve(self.returns_path, place.scope) or self.returns_path


class Assign(Fact):
    """``target = value``, keyword-less: also class fields, properties and declarations."""

    __slots__ = (
        "node",
        "operator",
        "position",
        "results",
        "target",
        "target_node",
        "type_path",
        "value_node",
    )

    def __init__(
        self,
        place: Place,
        node: Node,
        target_node: Node,
        target: str,
        value_node: Node | None,
        operator: str = "=",
        type_path: str = "",
        position: int = -1,
        results: int = 1,
    ) -> None:
        self.place = place
        self.node = node
        self.position = position
        """Which of several results of one value the target gets (``a, err := f()``), else -1."""
        self.results = results
        """How many results are taken."""
        self.target_node = target_node
        self.target = target
        """Dotted path as written: ``SECRET_KEY``, ``app.secret_key``, ``app.config.SECRET_KEY``."""
        self.value_node = value_node
        self.operator = operator
        self.type_path = type_path
        """Declared type as written, "" when there is none."""

    @property
    def span(self) -> Span:
        """The whole assignment."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def target_span(self) -> Span:
        """The target."""
        return Span(self.target_node.start_byte, self.target_node.end_byte)

    @property
    def qualified(self) -> str | None:
        """A member target through its resolved receiver: ``flask.Flask.secret_key``.

        None for plain names and unknown receivers.
        """
        receiver, _, member = self.target.rpartition(".")
        if not receiver:
            return None
        known = self.place.reader.resolve(receiver, self.place.scope)
        return None if known is None else f"{known}.{member}"

    @property
    def type_name(self) -> str | None:
        """Declared type, qualified when known, else as written."""
        if not self.type_path:
            return None
        return self.place.reader.resolve(self.type_path, self.place.scope) or self.type_path

    @property
    def value(self) -> Value | None:
        """The evaluated right side; None when there is none."""
        node = self.value_node
        return None if node is None else self.place.reader.value(node, self.place.scope)


class PartAssign(Assign):
    """``{ key: target } = value``: one member of what a value holds."""

    __slots__ = ("member",)

    def __init__(
        self,
        place: Place,
        node: Node,
        target_node: Node,
        target: str,
        value_node: Node,
        member: str,
    ) -> None:
        super().__init__(place, node, target_node, target, value_node)
        self.member = member
        """Its name."""


class Catch(Fact):
    """One handler of a try: ``except``, ``catch``, ``rescue``, ``.catch(fn)``."""

    __slots__ = ("body", "head_span", "name", "node", "try_span", "type_paths")

    def __init__(
        self,
        place: Place,
        node: Node,
        body: Node | None,
        type_paths: tuple[str, ...],
        name: str,
        head_span: Span,
        try_span: Span,
    ) -> None:
        self.place = place
        """Of the handler's body."""
        self.node = node
        self.body = body
        self.type_paths = type_paths
        """As written; () catches everything."""
        self.name = name
        """The bound variable, "" when there is none."""
        self.head_span = head_span
        """What to underline: ``except Exception as e``."""
        self.try_span = try_span
        """The guarded part."""

    @property
    def span(self) -> Span:
        """The whole handler."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def body_span(self) -> Span:
        """The handler's block."""
        return (
            Span(self.body.start_byte, self.body.end_byte)
            if self.body is not None
            else Span(self.node.end_byte, self.node.end_byte)
        )

    @property
    def types(self) -> tuple[str, ...]:
        """Qualified when known; () catches everything."""
        place = self.place
        return tuple(place.reader.resolve(p, place.scope) or p for p in self.type_paths)

    @property
    def statements(self) -> tuple[Node, ...]:
        """The body's statements, without comments."""
        return () if self.body is None else self.place.reader.statements(self.body)

    @property
    def has_comment(self) -> str:
        """The text of comments inside, "" when there are none."""
        return self.place.reader.comments(self.node)


class Statement(Fact):
    """A ``return``, ``raise``/``throw``, ``yield`` or bare expression statement."""

    __slots__ = ("kind", "node", "parent", "value_node")

    def __init__(
        self,
        place: Place,
        kind: Literal["return", "raise", "expression", "yield"],
        node: Node,
        value_node: Node | None,
        parent: Node | None,
    ) -> None:
        self.place = place
        self.kind = kind
        self.node = node
        self.value_node = value_node
        self.parent = parent
        """The block around."""

    @property
    def span(self) -> Span:
        """The whole statement."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def value(self) -> Value | None:
        """The evaluated operand; None when there is none."""
        node = self.value_node
        return None if node is None else self.place.reader.value(node, self.place.scope)

    @property
    def is_last(self) -> bool:
        """The last statement of its block."""
        if self.parent is None:
            return True
        statements = self.place.reader.statements(self.parent)
        return bool(statements) and statements[-1] == self.node


class Fallback(Fact):
    """``a || b``, ``a ?? b``, ``a or b``: a value with a replacement when it is missing."""

    __slots__ = ("left", "node", "right")

    def __init__(self, place: Place, node: Node, left: Node, right: Node) -> None:
        self.place = place
        self.node = node
        self.left = left
        self.right = right

    @property
    def span(self) -> Span:
        """The whole expression."""
        return Span(self.node.start_byte, self.node.end_byte)


class Pair(Fact):
    """A key with a value inside a mapping literal, a keyword argument or a parameter default."""

    __slots__ = ("key", "node", "value_node")

    def __init__(self, place: Place, node: Node, key: str, value_node: Node) -> None:
        self.place = place
        self.node = node
        self.key = key
        self.value_node = value_node

    @property
    def span(self) -> Span:
        """Key and value."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def value(self) -> Value:
        """The evaluated value."""
        return self.place.reader.value(self.value_node, self.place.scope)


@dataclass(slots=True)
class Import:
    """One imported name."""

    module: str
    """As in qualified names."""
    name: str
    """The member imported, "" for the module itself, "*" for all."""
    alias: str
    """The local name."""
    span: Span
    is_relative: bool = False


@dataclass(slots=True)
class Facts:
    """Everything one unit of code says, in document order within each list."""

    language: str
    reader: Reader
    calls: list[Call] = field(default_factory=list)
    assigns: list[Assign] = field(default_factory=list)
    fills: list[Assign] = field(default_factory=list)
    """Variables that a call fills through a pointer, for flows: ``json.Unmarshal(text, &x)``."""
    functions: list[Function] = field(default_factory=list)
    classes: list[ClassDef] = field(default_factory=list)
    catches: list[Catch] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    fallbacks: list[Fallback] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)

    def calls_in(self, span: Span) -> Iterator[Call]:
        """Calls that lie inside ``span``."""
        return (c for c in self.calls if span.start <= c.span.start and c.span.end <= span.end)

"""Facts: what the syntax says about the code, in one form for all languages.

Adapters (``code/facts/<language>.py``) build them, ``code/match.py`` and ``code/checks/`` read
them; neither side knows the other. Facts live as long as one analysis of one unit: they hold
syntax nodes, so nothing may keep them. Offsets are bytes of the whole document.

Qualified names are dotted: module or package, then types and members. An instance of a type is
written like the type, so ``redis.Redis(...).get`` and a parameter ``r: redis.Redis`` with
``r.get`` both say ``redis.Redis.get``. A call of anything that is not known to be a type keeps
its parentheses: ``sqlite3.connect().cursor`` (until a model says what ``sqlite3.connect``
returns). JavaScript names start with the package (``@nestjs/common.Get``, ``node:`` dropped,
``default`` dropped); Java, C# and PHP names are the imported ones with dots. Unknown is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, ClassVar, Literal

from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

Constant = str | bytes | int | float | bool | None
"""What a constant folds to; JavaScript ``undefined``, ``nil``, ``null`` and ``None`` are None."""


class Context(IntFlag):
    """Where a fact stands. Several apply at once; nested functions start afresh except for
    ``TEST``, ``MIGRATION`` and (for callbacks that run in place) ``LOOP``."""

    NONE = 0
    LOOP = 1
    """In the body of a loop, comprehension or per-item callback (not its iterable), and the
    iterable is not a literal of three or fewer items."""
    ASYNC = 2
    """Runs on the event loop: the innermost function is async."""
    HANDLER = 4
    """In code that runs for one request (smell catalogue, HANDLER)."""
    TRANSACTION = 8
    RESOURCE = 16
    """In a ``with``/``using``/``try``-with-resources/``defer`` scope that owns the value."""
    TRY = 32
    """In the guarded part of a try."""
    CATCH = 64
    FINALLY = 128
    TEST = 256
    """In a test: by path or by enclosing test function (smell catalogue, TEST)."""
    MIGRATION = 512
    """By path (smell catalogue, MIG)."""
    MAIN = 1024
    """Under ``if __name__ == "__main__"`` or another script entry point."""
    DEV_GUARD = 2048
    """In a branch that only a development or debug environment takes."""
    OFFLOADED = 4096
    """An argument of something that runs it elsewhere (``asyncio.to_thread``, a worker)."""
    MODULE = 8192
    """Outside every function: runs once at import."""
    AWAITED = 16384
    """The value is awaited on the spot."""


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


class Call:
    """A call, constructor call, or (Ruby) command. Arguments are read on first use.

    Attributes:
        node: the call's syntax node.
        span: the whole call. callee_span: the callee without arguments.
        path: the callee as written, dotted (``self.db.query``); "" when it is not a path.
        name: the last segment of the path, always known for member calls (``query``).
        qualified: what ``path`` resolves to, or None. Set by the resolver.
        is_new: ``new X()`` or another constructor form.
        receiver_call: for chains, the call this one is made on.
        function: the enclosing function, None at module level.
        class_def: the enclosing class.
        context: see ``Context``.
        use: see ``Use``. assigned_to: the target's path when ``use`` is "assigned".
    """

    __slots__ = (
        "_arguments",
        "assigned_to",
        "callee_span",
        "class_def",
        "context",
        "function",
        "is_new",
        "name",
        "node",
        "path",
        "qualified",
        "reader",
        "receiver_call",
        "scope",
        "span",
        "use",
    )

    node: Node
    span: Span
    callee_span: Span
    path: str
    name: str
    qualified: str | None
    is_new: bool
    receiver_call: Call | None
    function: Function | None
    class_def: ClassDef | None
    context: Context
    use: Use
    assigned_to: str
    scope: Scope
    reader: ArgumentReader
    _arguments: Arguments | None

    @property
    def arguments(self) -> Arguments:
        """The arguments, evaluated once."""
        if self._arguments is None:
            self._arguments = self.reader.arguments(self)
        return self._arguments


class ArgumentReader:
    """What an adapter offers so that facts can be read lazily."""

    def arguments(self, call: Call) -> Arguments:
        """The evaluated arguments of a call."""
        raise NotImplementedError

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of an expression node as seen from ``scope``."""
        raise NotImplementedError


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
    block: Function | None = None
    """Ruby: the block passed."""


@dataclass(slots=True)
class Parameter:
    """One parameter of a function."""

    name: str
    type_name: str | None
    """Declared type, qualified when known (``fastapi.Request``), else as written."""
    default: Value | None
    span: Span
    decorators: tuple[Call | str, ...] = ()
    """``@Body()`` in NestJS, annotations in Java, attributes in C#: as in ``Function``."""


@dataclass(slots=True, eq=False)
class Function:
    """A function, method, lambda or block."""

    name: str
    """"" for anonymous ones."""
    node: Node
    span: Span
    name_span: Span
    body_span: Span
    is_async: bool
    parameters: tuple[Parameter, ...]
    decorators: tuple[Decorator, ...]
    class_def: ClassDef | None
    outer: Function | None
    context: Context
    returns: str | None = None
    """Declared return type, qualified when known."""
    is_generator: bool = False
    passed_to: Call | None = None
    """The call this function is an argument of (``app.get("/x", fn)``)."""
    scope: Scope = field(default=None)  # type: ignore[assignment]


@dataclass(slots=True)
class Decorator:
    """A decorator, annotation or attribute."""

    qualified: str | None
    path: str
    span: Span
    call: Call | None
    """When it has an argument list."""


@dataclass(slots=True, eq=False)
class ClassDef:
    """A class, struct, interface or module."""

    name: str
    node: Node
    span: Span
    name_span: Span
    bases: tuple[str, ...]
    """Qualified when known, else as written."""
    decorators: tuple[Decorator, ...]
    outer: ClassDef | None


@dataclass(slots=True)
class Assign:
    """``target = value``, keyword-less: also class fields, properties and declarations."""

    target: str
    """Dotted path as written: ``SECRET_KEY``, ``app.secret_key``, ``app.config.SECRET_KEY``."""
    qualified: str | None
    """The target through its resolved receiver: ``flask.Flask.secret_key``."""
    span: Span
    target_span: Span
    node: Node
    value_node: Node | None
    scope: Scope
    function: Function | None
    class_def: ClassDef | None
    context: Context
    reader: ArgumentReader
    operator: str = "="
    type_name: str | None = None
    """Declared type, when there is one."""

    @property
    def value(self) -> Value | None:
        """The evaluated right side; None when there is none."""
        return None if self.value_node is None else self.reader.value(self.value_node, self.scope)


@dataclass(slots=True)
class Catch:
    """One handler of a try: ``except``, ``catch``, ``rescue``, ``.catch(fn)``."""

    types: tuple[str, ...]
    """Qualified when known; () catches everything."""
    name: str
    """The bound variable, "" when there is none."""
    node: Node
    span: Span
    head_span: Span
    """What to underline: ``except Exception as e``."""
    body_span: Span
    statements: tuple[Node, ...]
    """The body's statements, without comments."""
    has_comment: str
    """The text of comments inside, "" when there are none."""
    try_span: Span
    function: Function | None
    context: Context
    scope: Scope


@dataclass(slots=True)
class Statement:
    """A ``return``, ``raise``/``throw`` or bare expression statement."""

    kind: Literal["return", "raise", "expression", "yield"]
    span: Span
    node: Node
    value_node: Node | None
    scope: Scope
    function: Function | None
    context: Context
    reader: ArgumentReader
    is_last: bool = False
    """The last statement of its block."""

    @property
    def value(self) -> Value | None:
        """The evaluated operand; None when there is none."""
        return None if self.value_node is None else self.reader.value(self.value_node, self.scope)


@dataclass(slots=True)
class Fallback:
    """``a || b``, ``a ?? b``, ``a or b``: a value with a replacement when it is missing."""

    span: Span
    left: Node
    right: Node
    scope: Scope
    function: Function | None
    context: Context
    reader: ArgumentReader


@dataclass(slots=True)
class Pair:
    """A key with a value inside a mapping literal, a keyword argument or a parameter default."""

    key: str
    span: Span
    value_node: Node
    scope: Scope
    function: Function | None
    context: Context
    reader: ArgumentReader

    @property
    def value(self) -> Value:
        """The evaluated value."""
        return self.reader.value(self.value_node, self.scope)


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


@dataclass(slots=True, eq=False)
class Scope:
    """Names bound in one function, class or module, for resolution.

    ``bindings`` maps a name to what it was bound to, in order. ``self.x`` and ``this.x`` are bound
    in the class scope under ``.x``.
    """

    kind: Literal["module", "class", "function", "block"]
    outer: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    class_def: ClassDef | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One way a name gets its meaning, free of syntax nodes so that it can be kept."""

    kind: Literal["import", "value", "type", "class", "function", "constant", "opaque"]
    target: str = ""
    """import: the qualified name; value: the path of the callee or name it was bound to (with
    ``()`` after each call); type: the declared type's path; class, function: its own name."""
    constant: Constant = None
    bases: tuple[str, ...] = ()
    """class: the paths of its bases."""


@dataclass(slots=True)
class Facts:
    """Everything one unit of code says, in document order within each list."""

    language: str
    calls: list[Call] = field(default_factory=list)
    assigns: list[Assign] = field(default_factory=list)
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

"""What Java and C# share: blocks with scopes of their own, typed names, statements, uses.

Both write ``try``, ``if`` and loops alike and declare types; their grammars differ in the kinds of
nodes. An adapter says its kinds in the class variables and reads what is its own in the methods
that raise ``NotImplementedError`` here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from backspec.code.facts.adapter import ENTER, Adapter
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.model import (
    OPAQUE,
    Binding,
    Catch,
    ClassDef,
    Context,
    Decorator,
    Function,
    Parameter,
    Place,
    Statement,
)
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.facts.model import Call, Constant, Scope, Use
    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

MAX_BLOCKS: Final = 400
"""Tree depth below which blocks get no scope of their own."""
MAX_STEPS: Final = 64
"""How long a chain may be to be a path."""
MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one array are read; the rest makes it open."""
_MAX_WRAPPERS: Final = 16
_MAX_CONDITION: Final = 200


class CLike(Adapter):
    """Reads what Java and C# write alike."""

    uses: ClassVar[Mapping[str, Use]]
    """What a call is used for that stands right in a node of a kind."""
    wrappers: ClassVar[frozenset[str]]
    """Kinds that give on what they hold: parentheses, casts."""
    choice: ClassVar[str]
    """The kind of ``a ? b : c``."""
    declarators: ClassVar[frozenset[str]]
    """Kinds that give the value they hold a ``name``."""
    changes_only: ClassVar[frozenset[str]]
    """Expressions that are facts of another kind when they are statements: assignments."""
    item_field: ClassVar[str]
    """The field of a loop over items that says what an item is called."""
    parent_word: ClassVar[str]
    """What a method calls its object by as one of the class's base."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self.block_scopes: dict[int, Scope] = {}
        """The scopes of blocks, by node."""

    # ------------------------------------------------------------------ what a language writes

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
        raise NotImplementedError

    def type_path(self, node: Node | None) -> str:
        """The path of a type without its arguments, "" for those that say nothing."""
        raise NotImplementedError

    def binding_of(self, node: Node | None) -> Binding:
        """What a name bound to an expression is bound to."""
        raise NotImplementedError

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        raise NotImplementedError

    def make_call(self, node: Node, place: Place) -> Call:
        """The call that a node is."""
        raise NotImplementedError

    def caught(self, node: Node) -> tuple[tuple[str, ...], str]:
        """(paths of the types that a catch clause names, the name of what is caught)."""
        raise NotImplementedError

    def is_async(self, _node: Node) -> bool:
        """Whether a definition says that it is asynchronous."""
        return False

    # ------------------------------------------------------------------ calls and functions

    def on_call(self, node: Node) -> bool:
        call = self.calls_by_node.get(node.id)
        if call is None:
            call = self.calls_by_node[node.id] = self.make_call(node, self.place)
        call.parent = self.parent()
        self.facts.calls.append(call)
        return ENTER

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a call's node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        return known if known is not None else self.make_call(node, self.detached(scope))

    def function_of(self, node: Node, scope: Scope) -> Function:
        """The function fact of a lambda; a bare one for a lambda of another unit."""
        known = self.functions_by_node.get(node.id)
        if known is not None:
            return known
        place = self.detached(scope)
        body = node.child_by_field_name("body") or node
        span, body_span = self.span(node), self.span(body)
        is_async = self.is_async(node)
        return Function("", node, span, span, body_span, is_async, (), (), None, None, place, place)

    def bind_parameters(self, function: Function, parameters: list[Parameter]) -> None:
        """Give a function its parameters, by their types or by what the call passes them."""
        function.parameters = tuple(parameters)
        scope, call = function.scope, function.passed_to
        for at, parameter in enumerate(parameters):
            if parameter.type_path:
                binding = Binding("type", parameter.type_path)
            elif call is not None and call.path:
                binding = Binding("parameter", call.path, f"{at}/{len(parameters)}")
            else:
                binding = OPAQUE
            scope.bind(parameter.name, binding)

    def bind_this(self, function: Function) -> None:
        """Give a function of the class around its object."""
        scope = self.place.scope
        if scope.kind == "class":
            function.scope.bindings["this"] = [Binding("class", scope.class_path)]
            if scope.bases:
                function.scope.bindings[self.parent_word] = [Binding("type", scope.bases[0])]

    # ------------------------------------------------------------------ classes and names

    def qualify(self, name: str) -> str:
        """A definition's name within the file."""
        here = self.place
        if here.scope.kind == "class":
            return f"{here.scope.class_path}.{name}"
        if here.function is not None:
            owner = here.function.path or f"{{{here.function.span.start - self.extent.start}}}"
            return f"{owner}.{name}"
        return f"{here.class_def.path}.{name}" if here.class_def is not None else name

    def add_class(
        self,
        node: Node,
        name: str,
        name_span: Span,
        bases: tuple[str, ...],
        decorators: tuple[Decorator, ...],
    ) -> ClassDef:
        """Add a class; one without a name is told by where it stands."""
        here = self.place
        path = self.qualify(name or f"{{{node.start_byte - self.extent.start}}}")
        around = here.class_def
        class_def = ClassDef(
            name, node, self.span(node), name_span, bases, decorators, around, here, path
        )
        self.facts.classes.append(class_def)
        return class_def

    def add_import_marks(self, path: str) -> None:
        """Remember that the file uses a package, and those around it."""
        parts = path.split(".")
        self.resolver.marks.update(
            "package:" + ".".join(parts[:count]) for count in range(1, len(parts) + 1)
        )

    def bind_typed(self, name: str, type_path: str) -> None:
        """Give a name a declared type."""
        self.bind(name, Binding("type", type_path) if type_path else OPAQUE)

    def declared(self, type_path: str, value: Node | None) -> Binding:
        """What a variable is: its constant, else its declared type, else its value."""
        binding = self.binding_of(value) if value is not None else OPAQUE
        if binding.kind == "constant" and binding.constant is not None:
            return binding
        return Binding("type", type_path) if type_path else binding

    def bind_target(self, target: str, binding: Binding) -> None:
        """Give what is assigned a meaning: a variable, or a field of the class around."""
        head, _, member = target.partition(".")
        scope = self.place.scope.declaring(head)
        if not member:
            if scope is not None:
                scope.bind(head, self.lifted(binding, scope))
            elif self.place.class_def is not None:
                self.bind_field(self.place.class_def.path, head, binding)
        elif head == "this" and "." not in member and self.place.class_def is not None:
            self.bind_field(self.place.class_def.path, member, binding)

    def bind_field(self, class_path: str, name: str, binding: Binding) -> None:
        """Give a field of a class a meaning."""
        scope = self.resolver.classes.get(class_path)
        if scope is not None:
            scope.bind(name, self.lifted(binding))
        else:
            self.outside.append((class_path, name, self.lifted(binding)))

    # ------------------------------------------------------------------ regions

    def on_block(self, node: Node) -> bool:
        around = self.parent()
        is_body = around is not None and around.type in self.splits
        if not is_body and self._depth < MAX_BLOCKS:
            self.open_block(node)
        return ENTER

    def open_block(self, node: Node, flags: int = 0) -> Place:
        """The children of the current node stand in a scope of their own."""
        place = self.block_scope(flags)
        self.block_scopes[node.id] = place.scope
        self.inside(place)
        return place

    def scope_at(self, node: Node, scope: Scope) -> Scope:
        current: Node | None = node
        while current is not None:
            found = self.block_scopes.get(current.id)
            if found is not None:
                return found
            if current.type in self.splits or current.id == self.root.id:
                return scope
            current = current.parent
        return scope

    def on_for(self, node: Node) -> bool:
        self.open_block(node)
        return self.on_while(node)

    def on_for_each(self, node: Node) -> bool:
        self.open_block(node)
        name = node.child_by_field_name(self.item_field)
        if name is not None:
            self.bind_item(name, self.type_path(node.child_by_field_name("type")))
        return self.on_while(node)

    def bind_item(self, name: Node, type_path: str) -> None:
        """Give the item of a loop a meaning."""
        self.bind_typed(self.slice(name), type_path)

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_try(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.TRY))
        return ENTER

    def on_catch(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        types, name = self.caught(node)
        place = self.open_block(node, Context.CATCH)
        if name:
            self.bind_typed(name, types[0] if len(types) == 1 else "")
        around = self.parent()
        guarded = around.child_by_field_name("body") if around is not None else None
        head_end = body.start_byte if body is not None else node.end_byte
        head = self.source[node.start_byte : head_end].rstrip()
        self.facts.catches.append(
            Catch(
                place,
                node,
                body,
                types,
                name,
                Span(node.start_byte, node.start_byte + len(head)),
                self.span(guarded) if guarded is not None else self.span(node),
            )
        )
        return ENTER

    def on_finally(self, _node: Node) -> bool:
        self.inside(self.region(Context.FINALLY))
        return ENTER

    def on_if(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("consequence")
        if condition is None or then is None:
            return ENTER
        start, end = condition.start_byte, condition.end_byte
        if condition.type == "parenthesized_expression":
            start, end = start + 1, end - 1
        is_short = end - start < _MAX_CONDITION
        text = self.source[start:end].decode("utf-8", "replace") if is_short else ""
        guard = dev_guard(text)
        if guard > 0:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0:
            other = node.child_by_field_name("alternative")
            if other is not None:
                self.at(other, self.region(Context.DEV_GUARD))
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        self.add_statement("return", node)
        return ENTER

    def on_throw(self, node: Node) -> bool:
        self.add_statement("raise", node)
        return ENTER

    def on_yield(self, node: Node) -> bool:
        self.add_statement("yield", node)
        return ENTER

    def on_expression(self, node: Node) -> bool:
        value = only_child(node)
        if value is not None and value.type not in self.changes_only:
            self.add_statement("expression", node)
        return ENTER

    def add_statement(
        self, kind: Literal["return", "raise", "expression", "yield"], node: Node
    ) -> None:
        """Add the current node as a statement."""
        self.facts.statements.append(
            Statement(self.place, kind, node, only_child(node), self.parent())
        )

    # ------------------------------------------------------------------ uses

    def use(self, call: Call) -> Use:
        uses, node, around = self.uses, call.node, call.parent
        for _ in range(_MAX_WRAPPERS):
            if around is None:
                return "other"
            kind = around.type
            known = uses.get(kind)
            if known is not None:
                return known
            if kind == self.choice:
                if around.child_by_field_name("condition") == node:
                    return "condition"
            elif kind not in self.wrappers:
                return "other"
            node, around = around, around.parent
        return "other"

    def assigned_to(self, call: Call) -> str:
        around = call.parent
        while around is not None and (around.type in self.wrappers or around.type == self.choice):
            around = around.parent
        if around is None:
            return ""
        if around.type in self.declarators:
            target = around.child_by_field_name("name")
        elif around.type == "assignment_expression":
            target = around.child_by_field_name("left")
        else:
            return ""
        return self.path_of(target) if target is not None else ""


def only_child(node: Node | None) -> Node | None:
    """The first child of a wrapper that is not a comment."""
    for child in node.named_children if node is not None else ():
        if "comment" not in child.type:
            return child
    return None

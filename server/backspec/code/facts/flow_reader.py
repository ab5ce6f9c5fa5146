"""What flows ask about one language: the answers that most languages share.

An adapter overrides what its language does in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from backspec.code.facts.model import Const, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backspec.code.facts.model import (
        Assign,
        Call,
        Decorator,
        Function,
        Name,
        Parameter,
        Scope,
        Value,
    )
    from backspec.code.syntax import Node
    from backspec.code.taint import Taint


class FlowReader(Reader):
    """What flows ask of an adapter."""

    def slice(self, node: Node) -> str:
        """The source text of a node."""
        raise NotImplementedError

    def roles(self, qualified: str | None) -> frozenset[str]:
        """The roles models give a qualified name; empty when unknown."""
        raise NotImplementedError

    root: Node
    """The root of the last walk."""

    def scope_at(self, _node: Node, scope: Scope) -> Scope:
        """The scope an expression stands in, for languages whose blocks have their own.

        ``scope`` is the function's.
        """
        return scope

    def changes(self) -> Iterable[Assign]:
        """What puts something into a variable without assigning it: ``list.add(x)``, ``a[0] = x``.

        The operator says how: ``+=`` joins a text, ``<-`` adds to what a container holds, ``=``
        (with a target ``map.key``) replaces one item.
        """
        return ()

    def owner_of(self, assign: Assign) -> Function | None:
        """The function whose variable is assigned, None for the module: where a callback assigns
        what the function around declares, that one.
        """
        return assign.function

    def is_field(self, _assign: Assign) -> bool:
        """Whether a plain name that is assigned is a field of the class around."""
        return False

    def item_path(self, _call: Call) -> str | None:
        """The path of the one item a call reads: ``map.key`` for ``map.get("key")``."""
        return None

    def list_item(self, _call: Call) -> tuple[str, int] | None:
        """For a call that reads one item of a list by its place: the list's path and the place."""
        return None

    def list_change(self, _call: Call) -> tuple[str, int | None, Node | None] | None:
        """What a call does to a list: (add, set, remove or clear; place or None; what is put)."""
        return None

    def folded(self, _call: Call, _constant: Callable[[Node], Value]) -> Value | None:
        """The constant that a call on constants gives: ``"ABC".charAt(1)``."""
        return None

    sequences_are_data: ClassVar[bool] = True
    """Whether a list that is written into an answer is written as data, not as text."""
    slash_joins: ClassVar[bool] = False
    """Whether ``/`` joins paths of files."""
    plus_joins: ClassVar[bool] = True
    """Whether ``+`` joins texts."""

    def loop_parts(self, _node: Node) -> Iterable[tuple[Node, Node]]:
        """What a loop goes through: (names of the item, container) pairs; () where the grammar's
        fields say it (``left`` and ``right``, ``name`` and ``value``).
        """
        return ()

    def container_of(self, node: Node) -> Node | None:
        """What a member or an item is taken from: ``f()`` of ``f().x``."""
        for name in ("object", "value", "operand"):
            found = node.child_by_field_name(name)
            if found is not None:
                return found
        return None

    def is_own_address(self, _qualified: str) -> bool:
        """Whether a name holds the address of the request itself, which chooses no other host."""
        return False

    def is_input_member(self, _qualified: str) -> bool:
        """Whether a member that is read holds what the client sent, in forms of the language's
        own.
        """
        return False

    def is_harmless(self, _taint: Taint, _part: str) -> bool:
        """Whether what a client chose does no harm as a path or a line, by the way it came."""
        return False

    def may_have_input(self) -> bool:
        """Whether anything in the file can hold what a client sent, judged by its text."""
        return True

    def is_line(self, _parameter: Parameter) -> bool:
        """Whether a parameter, written out as a whole, shows a client's text as it is."""
        return True

    def may_hold_text(self, _parameter: Parameter) -> bool:
        """Whether a parameter's type leaves room for text that a caller chose."""
        return True

    def is_text_member(self, _parameter: Parameter, _members: list[str]) -> bool:
        """Whether a member of what a parameter holds is text that a caller chose."""
        return False

    def is_text_by_name(self, _parameter: Parameter) -> bool:
        """Whether a parameter that no call of the file fills is text, as far as its name says."""
        return True

    def is_input_parameter(self, _function: Function, parameter: Parameter) -> bool:
        """Whether a framework fills a parameter with what the client sent."""
        return any("request-input" in self.roles(one.qualified) for one in parameter.decorators)

    def is_data_parameter(self, _parameter: Parameter) -> bool:
        """Whether a parameter that a framework fills may be more than text, as its type says."""
        return False

    def expression_body(self, function: Function) -> Node | None:
        """The expression a function without ``return`` gives back: lambdas, arrow functions."""
        body = function.node.child_by_field_name("body")
        return None if body is None or "block" in body.type else body

    def item_function(self, _call: Call) -> Function | None:
        """For a call that gives, for each item of a list, what a function written in place gives,
        or the items for which that is true: the function.
        """
        return None

    def is_item_parameter(self, _call: Call, at: int) -> bool:
        """Whether the callback a method runs for each item gets the item at this place."""
        return at <= 1

    def receiver_node(self, call: Call) -> Node | None:
        """What a method is called on: ``a.b`` of ``a.b.c()``."""
        return call.callee.child_by_field_name("object")

    def receiver_of(self, call: Call) -> Node | None:
        """What a method is called on: ``db`` in ``db.query()``; None for a plain function."""
        for node in (call.callee, call.node):
            for name in ("object", "operand", "receiver", "expression"):
                found = node.child_by_field_name(name)
                if found is not None:
                    return found
        return None

    def is_written_as_data(self, _name: Name) -> bool:
        """Whether a name's type, written out as a whole, encodes the text in it: JSON."""
        return False

    def holds_no_text(self, _name: Name) -> bool:
        """Whether a name's type, as the file declares it, holds no text of a client's choosing."""
        return False

    def answers_as(self, _function: Function, _value: Value, _roles: tuple[str, ...]) -> bool:
        """Whether what a handler gives back is sent, or followed, as one of the roles says."""
        return True

    def sent(self, value: Value) -> Value:
        """What a framework sends of a handler's answer: of several things, the body."""
        return value

    def decorator_name(self, decorator: Decorator) -> str | None:
        """What a decorator resolves to, or by its form can only be."""
        return decorator.qualified

    def keeps_arguments(self, _call: Call) -> bool:
        """Whether a call makes something that holds its arguments as they are: a record."""
        return False

    def can_choose(self, _call: Call, _part: str) -> bool:
        """Whether a client can put something harmful into what a call gives, see
        ``clauses.Part``.
        """
        return True

    def receiver_name(self, _function: Function) -> str:
        """The variable that a method has for its object, where the method names it; else ""."""
        return ""

    def invoking_call(self, _function: Function) -> Call | None:
        """The call of a function that is called where it is written."""
        return None

    def stored_function(self, _call: Call) -> Function | None:
        """The function written in place that a call runs by a variable: ``f.apply(x)``."""
        return None

    def referring_calls(self, _function: Function) -> Iterable[Call]:
        """The calls that run a function for what they are made on: ``ids.forEach(this::drop)``."""
        return ()

    def filled_by_methods(self) -> list[Assign]:
        """What calls of methods put into fields of the objects they are made on."""
        return []

    def is_sink(self, _call: Call) -> bool:
        """Whether what a call is given does harm here, when its name says that it may."""
        return True

    def is_called_by_framework(self, _function: Function) -> bool:
        """Whether nobody but a framework calls a function, with what it says is input or not."""
        return False

    def is_member(self, _parameter: Parameter) -> bool:
        """Whether a constructor's parameter is a member of the object under its own name."""
        return False

    def is_cleaned(self, _call: Call) -> bool:
        """Whether a call gives back a text without all characters but harmless ones."""
        return False

    def proves(self, _condition: Value, _path: str, _holds: bool) -> bool | None:
        """Whether a condition leaves only harmless values of ``path``, in forms of the language's
        own; None for the forms that all languages share.
        """
        return None

    def is_narrowed_in(self, _around: Node, _child: Node, _path: str) -> bool:
        """Whether a branch is only taken for a fixed set of values of ``path``."""
        return False

    def is_narrowed_after(
        self, _statement: Node, _path: str, _ends: Callable[[Node], bool]
    ) -> bool:
        """Whether a statement leaves the function but for a fixed set of values of ``path``."""
        return False

    def pattern_text(self, call: Call) -> str | None:
        """The regular expression a call tests a text with, when it is written out."""
        for value in call.arguments.positional[:1]:
            if isinstance(value, Const) and isinstance(value.value, str):
                return value.value
        receiver = self.receiver_of(call)
        if receiver is not None and receiver.type == "regex":
            return self.slice(receiver).strip("/")
        return None

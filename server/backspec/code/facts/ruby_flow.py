"""What flows ask about Ruby: receivers, blocks' scopes, what calls add, what conditions leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    Assign,
    Built,
    CallValue,
    Const,
    Name,
    Operation,
    Scope,
    Unknown,
)
from backspec.code.facts.ruby_definitions import RubyDefinitions
from backspec.code.facts.ruby_paths import ANSWERS, is_given
from backspec.code.facts.ruby_values import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.facts.model import Call, Function, Parameter, Value
    from backspec.code.syntax import Node

_ADDING: Final = frozenset(("push", "append", "unshift", "prepend", "insert", "add"))
_JOINING: Final = frozenset(("concat", "<<"))
_ANCHORED: Final = re.compile(r"\A\\A.*\\[zZ]\Z", re.DOTALL)
_PATTERN_TESTS: Final = frozenset(("match", "match?", "=~", "==="))
_NUMBER: Final = re.compile(
    r"(?:^|_)(?:ids?|limit|offset|count|page|number|size|days?|hours?|seconds?|duration|years?|time"
    r"|timestamp|date|table|tables|table_name|klass|model|connection|relation|scope|query)$"
)
"""Names of parameters that are numbers, or objects of the program's own."""
_OBJECTS: Final = frozenset((
    "to_sql", "connection", "arel_table", "table_name", "quoted_table_name", "class", "where",
    "to_json", "fdiv", "div", "joins", "includes", "model_name", "find_by", "created_at",
    "updated_at",
    "errors",
))  # fmt: skip
"""What such a call gives is no text of its receiver's."""
_TEXT_METHODS: Final = frozenset((
    "to_s", "to_str", "strip", "lstrip", "rstrip", "downcase", "upcase", "capitalize", "chomp",
    "chop", "squish", "squeeze", "swapcase", "reverse", "presence", "to_sym", "dup", "clone",
    "freeze", "html_safe", "first", "last", "to_a", "flatten", "compact", "uniq", "sort",
    "values", "keys", "to_h", "to_hash", "to_unsafe_h", "symbolize_keys", "stringify_keys",
    "with_indifferent_access", "scrub", "b", "constantize", "classify", "camelize", "camelcase",
    "underscore", "humanize", "titleize", "tableize", "pluralize", "singularize", "parameterize",
    "shellescape", "unicode_normalize", "read", "body", "original_filename", "filename", "host",
    "path", "query", "url", "params", "itself", "join", "lines",
))  # fmt: skip
"""What a text or a collection of texts is asked for; anything else belongs to an object."""
_INPUTS: Final = frozenset(("params", "request", "cookies", "Sinatra", "Grape"))
_EACH: Final = frozenset(("map", "collect", "flat_map", "filter_map", "map!", "collect!"))
_NUMBERS: Final = frozenset((*ANSWERS, "quote"))
_PLAINING: Final = ("parameterize", "to_param")
"""What leaves nothing but letters, digits and dashes."""
_LISTED: Final = frozenset(
    ("include?", "member?", "key?", "has_key?", "in?", "cover?", "values_at")
)
_FREE: Final = re.compile(r"[.?*+](?![^\[]*\])")
_PLAIN_LEFT = re.compile(
    r"/\[\^(?:[\w\s,.@:=-]|\\[wds.\-])+\][+*]?/[a-z]*|/\\W\+?/|[\"']\^[\w-]+[\"']"
)
_CLASS_LOOKUPS: Final = frozenset(("constantize", "safe_constantize", "const_get"))
_LOOKED_AT: Final = re.compile(
    r"\b[a-z]\w* <=? [A-Z]|respond_to\?|reflect_on|ancestors|descendants"
)
_CHOICES: Final = re.compile(
    r"(?i)locale|lang|theme|time_?zone|page|sort|order_by|filter|return|back|redirect|url|referr?er|view"
    r"|tab\b|layout|currency|country|nonce|(?:^|[_:])state$|ids\b|step|form|wizard|draft|select|quer|search|utm"
    r"|mobile|invit|autologin|remember|source|campaign|params|path"
)
"""Keys of sessions that keep what a client has chosen or was doing."""
_GRAPHQL: Final = re.compile(r"Mutation|Resolver|BaseObject|GraphQL|QueryType")
_CHANNEL = re.compile(r"(?:^ApplicationCable\.Channel|^ActionCable\.Channel\.Base|Channel)$")


class RubyFlow(RubyDefinitions):
    """Answers what flows ask about Ruby."""

    def receiver_node(self, call: Call) -> Node | None:
        if call.node.type == "call":
            name = call.name
            if name in _EACH and self._makes_numbers(call.node):
                return None
            if name.endswith("?") or name in ANSWERS or name in _OBJECTS or name in _PLAINING:
                return None
            if self._leaves_plain(call) or self._is_attribute(call):
                return None
            return call.node.child_by_field_name("receiver")
        return call.node.child_by_field_name("object")

    def _is_attribute(self, call: Call) -> bool:
        """``post.author_id``: what a parameter's object has is not what the caller gave."""
        if call.name.endswith(("_id", "_ids", "_at", "_on", "_count")):
            return True
        node = call.node.child_by_field_name("receiver")
        if node is None or node.type != "identifier" or is_given(call.node):
            return False
        function = call.function
        while function is not None and function.passed_to is not None:
            function = function.outer
        if function is None or call.name in _TEXT_METHODS:
            return False
        return any(one.name == self.slice(node) for one in function.parameters)

    def _makes_numbers(self, call: Node) -> bool:
        """``ids.map(&:to_i)``: numbers of what was given."""
        given = call.child_by_field_name("arguments")
        last = given.named_children[-1] if given is not None and given.named_child_count else None
        if last is None or last.type != "block_argument":
            return False
        return self.slice(last).removeprefix("&:") in _NUMBERS

    def _leaves_plain(self, call: Call) -> bool:
        """Whether a call takes everything but letters and the like out of a text."""
        if call.name not in ("gsub", "gsub!", "delete", "tr"):
            return False
        given = call.node.child_by_field_name("arguments")
        first = given.named_children[0] if given is not None and given.named_child_count else None
        return first is not None and _PLAIN_LEFT.fullmatch(self.slice(first)) is not None

    def receiver_of(self, call: Call) -> Node | None:
        return self.receiver_node(call)

    def is_sink(self, call: Call) -> bool:
        if call.name == "load" and "permitted_classes" in call.arguments.keywords:
            return False
        if call.name == "[]=" and call.path.endswith("session.[]="):
            given = call.arguments.positional
            key = given[0].node if given else call.node
            if given and isinstance(given[0], Built) and isinstance(given[0].parts[0], Const):
                return False  # one of a group of keys
            return _CHOICES.search(self.slice(key)) is None or "[" in self.slice(key)
        if call.name not in _CLASS_LOOKUPS or call.function is None:
            return True
        # ``return unless klass < Record``: the class is looked at before it is used.
        return _LOOKED_AT.search(self.slice(call.function.node)) is None

    def container_of(self, node: Node) -> Node | None:
        return node.child_by_field_name("receiver") or node.child_by_field_name("object")

    def expression_body(self, _function: Function) -> Node | None:
        # What a method gives back without ``return`` is among its ``return`` statements.
        return None

    def loop_parts(self, node: Node) -> list[tuple[Node, Node]]:
        if node.type != "for":
            return []
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        inner = value.named_children if value is not None else []
        return [(pattern, inner[0])] if pattern is not None and inner else []

    def is_field(self, assign: Assign) -> bool:
        return assign.target.startswith("@")

    def scope_at(self, node: Node, scope: Scope) -> Scope:
        """The innermost block's scope around a node."""
        current: Node | None = node
        while current is not None and current.type not in ("method", "singleton_method", "program"):
            if current.type in BLOCKS:
                known = self.functions_by_node.get(current.id)
                if known is not None:
                    return known.scope
            current = current.parent
        return scope

    def changes(self) -> Iterator[Assign]:
        for call in self.facts.calls:
            if call.name not in _ADDING and call.name not in _JOINING and call.name != "store":
                continue
            receiver = self.receiver_node(call)
            given = call.node.child_by_field_name("arguments")
            if receiver is None or given is None:
                continue
            values = [n for n in given.named_children if n.type != "comment"]
            target = self.path_of(receiver)
            if not values or not target or "(" in target:
                continue
            operator = "+=" if call.name in _JOINING else "<-"
            yield Assign(call.place, call.node, receiver, target, values[-1], operator)
        for node, place in self.appended:
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            target = self.path_of(left) if left is not None else ""
            if left is not None and target and "(" not in target:
                yield Assign(place, node, left, target, right, "+=")
        for assign in self.facts.assigns:
            if assign.target_node.type == "element_reference" and assign.operator == "=":
                yield assign

    def roles_of(self, call: Call) -> frozenset[str]:
        roles = super().roles_of(call)
        if "hash-new" in roles and call.path == "OpenSSL.Digest.new":
            around = call.node.parent
            outer = around.parent if around is not None else None
            method = outer.child_by_field_name("receiver") if outer is not None else None
            if method is not None and self.slice(method) == "OpenSSL::HMAC":
                # What is wrong with SHA-1 does not harm a keyed hash.
                return frozenset()
        return roles

    # ------------------------------------------------------------------ where input comes from

    def resolve(self, path: str, scope: Scope) -> str | None:
        known = super().resolve(path, scope)
        if known is not None and known.partition(".")[0] in _INPUTS:
            members = known.replace("()", "").split(".")[1:]
            if any(one.endswith("?") or one in ANSWERS for one in members):
                # What is asked of a text is not the text.
                return None
        return known

    def is_input_member(self, qualified: str) -> bool:
        return qualified.startswith("request.env.HTTP_")

    def named(self, node: Node, path: str, scope: Scope) -> Value:
        value = super().named(node, path, scope)
        if path[:1] == "@" and isinstance(value, Name) and value.qualified is not None:
            if value.qualified.partition(".")[0] in _INPUTS:
                # What was looked at before it was kept is told by the method that keeps it.
                value.qualified = None
            return value
        if isinstance(value, Name) and (value.qualified or "").startswith("Grape.params."):
            name = (value.qualified or "").split(".")[2]
            if self._is_declared_plain(name):
                return Unknown(value.span, node)
        return value

    def _is_declared_plain(self, name: str) -> bool:
        """Grape: whether a parameter is declared to be a number, a date, or one of few texts."""
        return self.resolver.text_has(
            rf"\b(?:requires|optional)[ (]+:{re.escape(name)}\b[^\n]*"
            r"(?:type: (?:Integer|Float|BigDecimal|Date|DateTime|Time|(?:[\w:]+::)?Boolean)\b"
            r"|values: (?!->))"
        )

    def is_input_parameter(self, function: Function, parameter: Parameter) -> bool:
        if super().is_input_parameter(function, parameter):
            return True
        call = function.passed_to
        if call is not None:
            return "route-handler" in self.roles_of(call)
        class_def = function.class_def
        if class_def is None or function.node.type != "method":
            return False
        if any(_GRAPHQL.search(base) for base in class_def.base_paths):
            return self.resolver.text_has(
                rf"\bargument[ (]+:{re.escape(parameter.name.strip('*:'))},\s*\[?"
                r"(?:GraphQL::Types::)?(?:String|ID|JSON)\b"
            )
        is_action = any(base.endswith(".Action") for base in class_def.base_paths)
        if is_action and function.name in ("handle", "call"):
            # Hanami hands over what Rails has as a word of its own.
            return function.parameters[0] is parameter
        is_channel = any(_CHANNEL.search(base) for base in class_def.base_paths)
        return is_channel and function.name not in ("initialize", "connect")

    def is_text_by_name(self, parameter: Parameter) -> bool:
        default = parameter.default_node
        if default is not None and default.type in (
            "integer",
            "float",
            "true",
            "false",
            "constant",
        ):
            return False
        return _NUMBER.search(parameter.name) is None

    # ------------------------------------------------------------------ what makes values harmless

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        if isinstance(condition, Operation):
            operator, operands = condition.operator, condition.operands
            if operator in ("=~", "!~") and len(operands) == 2:
                if (operator == "=~") is not holds:
                    return False
                left, right = operands
                return self._fits(left, right, path) or self._fits(right, left, path)
            return None
        if not isinstance(condition, CallValue):
            return None
        call = condition.call
        given = call.arguments.positional
        receiver = call.node.child_by_field_name("receiver")
        if call.name == "start_with?" and receiver is not None and not holds and given:
            # Whoever sees to ``//`` has seen to ``/`` as well.
            is_other_host = isinstance(given[0], Const) and given[0].value == "//"
            if is_other_host and self._is_path(self.value(receiver, call.scope), path):
                return True
        if call.name == "exclude?":
            return not holds and any(self._is_path(one, path) for one in given)
        if call.name in _LISTED:
            on = (
                receiver is not None
                and call.name == "in?"
                and self._is_path(self.value(receiver, call.scope), path)
            )
            return holds and (on or any(self._is_path(one, path) for one in given))
        if call.name in ("match", "match?") and receiver is not None and given:
            on_value = self.value(receiver, call.scope)
            return holds and (
                self._fits(on_value, given[0], path) or self._fits(given[0], on_value, path)
            )
        return None

    def _is_path(self, value: Value, path: str) -> bool:
        """Whether a value is the expression ``path``, or that with its case changed."""
        if isinstance(value, Name) and value.path == path:
            return True
        if isinstance(value, CallValue) and value.call.name in (
            "to_s", "to_sym", "downcase", "upcase", "strip",
        ):  # fmt: skip
            receiver = self.receiver_node(value.call)
            return receiver is not None and path in (self.slice(receiver), self.path_of(receiver))
        return self.slice(value.node) == path

    def _fits(self, pattern: Value, text: Value, path: str) -> bool:
        """Whether a whole text must fit a pattern; ``^`` and ``$`` are the ends of any line."""
        node = pattern.node
        if node.type != "regex" or not self._is_path(text, path):
            return False
        written = "".join(self.slice(part) for part in node.named_children)
        return _ANCHORED.match(written) is not None and not _FREE.search(
            re.sub(r"\[[^\]]*\][+*?]?|\\[wdhAzZ.\-/][+*?]?|\{\d*,?\d*\}|[)\w][+*?]", "", written)
        )

    def is_narrowed_in(self, around: Node, child: Node, path: str) -> bool:
        kind = around.type
        if kind == "case":
            subject = around.child_by_field_name("value")
            if subject is None or child.type != "when":
                return False
            if path not in (self.slice(subject), self.path_of(subject)):
                return False
            patterns = child.children_by_field_name("pattern")
            return bool(patterns) and all(self._is_fixed(one) for one in patterns)
        return False

    def _is_fixed(self, pattern: Node) -> bool:
        inner = pattern.named_children[0] if pattern.named_child_count else pattern
        if inner.type == "splat_argument":
            return True
        if inner.type == "regex":
            return _ANCHORED.match("".join(self.slice(n) for n in inner.named_children)) is not None
        return self.constant(inner)[0] or inner.type in ("range", "string_array")

"""Which assignments of a variable can be what a use of it sees, by the shape of the code.

Works on the statements of one function, for all languages: branches exclude each other, an
assignment that always runs hides the ones before it, a branch that ends in ``return`` does not go
on, a loop comes round again, and a branch whose condition is a constant is taken or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.facts.model import Assign, Const, Operation, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.syntax import Node

BRANCHES: Final = frozenset(
    ("if_statement", "if_expression", "elif_clause", "else_if_clause", "if", "unless", "elsif",
     "switch_body", "switch_block", "expression_switch_statement",
     "type_switch_statement", "select_statement", "match_block", "case",
     "case_match", "if_modifier", "unless_modifier", "ternary_expression", "conditional_expression",
     "conditional")
)  # fmt: skip
"""Kinds whose children run instead of each other."""

LOOPS: Final = frozenset(
    ("for_statement", "for_in_statement", "enhanced_for_statement", "foreach_statement",
     "while_statement", "do_statement", "for", "while", "until", "while_modifier",
     "until_modifier", "list_comprehension", "set_comprehension", "dictionary_comprehension",
     "generator_expression", "for_each_statement")
)  # fmt: skip
TRIES: Final = frozenset(("try_statement", "try_with_resources_statement", "begin", "begin_block"))

_HEADS: Final = frozenset(
    ("condition", "value", "subject", "initializer", "init", "right", "left", "resources")
)
"""Fields of branches and loops that run before any branch."""
HANDLERS: Final = frozenset(
    ("except_clause", "except_group_clause", "catch_clause", "rescue", "catch")
)
_FINALLY: Final = frozenset(("finally_clause", "ensure"))
_ENDINGS: Final = frozenset(
    (
        "return_statement",
        "raise_statement",
        "throw_statement",
        "return",
        "throw_expression",
        "exit_statement",
        "next",
    )
)
_STOPS: Final = frozenset(
    ("exit", "abort", "die", "fail", "halt", "panic", "redirect", "throw", "Exit", "Fatal",
     "Fatalf", "Fatalln", "Goexit", "Panic", "Panicf", "raise", "error!")
)  # fmt: skip
_SWITCH_BODIES: Final = frozenset(("switch_block", "switch_body", "block"))
_ELSE: Final = frozenset(
    ("else_clause", "else", "switch_default", "default_case", "else_statement",
     "default_statement")
)  # fmt: skip
_BODIED: Final = ("if_statement", "else_if_clause", "if_modifier", "unless_modifier")
_INVERSE: Final = ("unless", "unless_modifier")
_DEEPEST: Final = 200

_COUNTING: Final = frozenset("*+-/%")
MAX_FOLDS: Final = 8
"""How many variables deep a condition of constants is read."""

Chain = list[tuple["Node", "Node"]]
"""(node around, its child) pairs from the function's own children down to a node."""

Evaluate = Callable[["Node"], Value]
ConstantOf = Callable[[Value], Value]
"""The constant that a value is bound to, or the value itself."""


class Reach(NamedTuple):
    """What a use may see."""

    assigns: list[Assign]
    """Nearest first."""
    from_entry: bool
    """Also what the variable held before the function's first statement."""


class Order:
    """Answers about one function, or about the module."""

    __slots__ = (
        "_chains", "_reaches", "_verdicts", "constant_of", "evaluate", "root", "text",
    )  # fmt: skip

    def __init__(
        self,
        root: Node,
        evaluate: Evaluate,
        text: Callable[[Node], str],
        constant_of: ConstantOf | None = None,
    ) -> None:
        self.root = root
        self.evaluate = evaluate
        """Reads a condition."""
        self.text = text
        """The source of a node; ``Node.text`` is gone once a tree was edited."""
        self.constant_of = constant_of
        """Reads a variable that holds one constant."""
        self._chains: dict[int, Chain] = {}
        self._reaches: dict[tuple[int, int], Reach] = {}
        self._verdicts: dict[int, bool | None] = {}

    def chain(self, node: Node) -> Chain:
        """The way from the function down to a node."""
        known = self._chains.get(node.id)
        if known is None:
            known = []
            child = node
            around = node.parent
            while around is not None and len(known) < _DEEPEST:
                known.append((around, child))
                if around == self.root:
                    break
                child, around = around, around.parent
            known.reverse()
            self._chains[node.id] = known
        return known

    def reaching(self, assigns: list[Assign], use: Node) -> Reach:
        """The assignments that reach ``use``; all are of one variable of this function.

        Answers are kept by the list itself: the same one must be given again, unchanged.
        """
        key = (id(assigns), use.id)
        known = self._reaches.get(key)
        if known is None:
            known = self._reaches[key] = self._reaching(assigns, use)
        return known

    def _reaching(self, assigns: Iterable[Assign], use: Node) -> Reach:
        before: list[Assign] = []
        after: list[Assign] = []
        for assign in assigns:
            (before if assign.node.end_byte <= use.start_byte else after).append(assign)
        before.sort(key=lambda assign: assign.node.start_byte, reverse=True)
        found: list[Assign] = []
        covered: dict[int, set[int]] = {}
        from_entry = True
        for assign in before:
            relation = self.relation(assign.node, use)
            if relation is None:
                continue
            found.append(assign)
            if assign.operator not in ("=", ":="):
                # ``x += y`` adds to what was there: its own value reads the variable again.
                from_entry = False
                break
            if not relation or self._covers(relation, covered):
                from_entry = False
                break
        found += [
            assign
            for assign in after
            if assign.node.start_byte >= use.end_byte and self.comes_round(assign.node, use)
        ]
        return Reach(found, from_entry)

    def all_reaching(self, assigns: Iterable[Assign], use: Node) -> list[Assign]:
        """The assignments that run before ``use`` in some run, also when others follow."""
        return [
            one
            for one in assigns
            if (one.node.end_byte <= use.start_byte and self.relation(one.node, use) is not None)
            or (one.node.start_byte >= use.end_byte and self.comes_round(one.node, use))
        ]

    def _split(self, one: Node, two: Node) -> tuple[Chain, Chain]:
        """The ways to two nodes below the last node they share; both start there."""
        first, second = self.chain(one), self.chain(two)
        at = 0
        while at < len(first) and at < len(second) and first[at][1] == second[at][1]:
            at += 1
        return first[at:], second[at:]

    def relation(self, assign: Node, use: Node) -> list[tuple[Node, Node]] | None:
        """The branches that must be taken for ``assign`` to run before ``use``; None when it
        cannot be what ``use`` sees. [] when it always runs.
        """
        ours, theirs = self._split(assign, use)
        taken: list[tuple[Node, Node]] = []
        for at, (around, child) in enumerate(ours):
            kind = around.type
            is_shared = at == 0
            if _is_branching(around):
                if _is_head(around, child):
                    continue
                if is_shared and theirs and not _is_head(*theirs[0]):
                    if not self._falls_through(around, child):
                        return None
                    continue
                if is_shared:
                    continue
                if self._is_never_taken(around, child):
                    return None
                if self.ends(child):
                    return None
                if not self._is_always_taken(around, child):
                    taken.append((around, child))
            elif kind in LOOPS and not _is_head(around, child):
                if not is_shared:
                    taken.append((around, child))
            elif _is_try(around):
                if is_shared and theirs:
                    # The use is in a handler or after: the guarded part may not have finished.
                    if child.type not in _FINALLY:
                        taken.append((around, child))
                elif child.type in HANDLERS:
                    if self.ends(child):
                        return None
                    taken.append((around, child))
                elif child.type not in _FINALLY and self._has_open_handler(around):
                    taken.append((around, child))
        return taken

    def _covers(self, taken: list[tuple[Node, Node]], covered: dict[int, set[int]]) -> bool:
        """Note the branch of an assignment; whether now every branch has one."""
        for around, branch in reversed(taken):
            if not _is_branching(around):
                return False
            if around.type in ("elif_clause", "else_if_clause", "elsif"):
                continue
            branches = covered.setdefault(around.id, set())
            branches.add(branch.id)
            rest = _branches(around)
            if not any(
                one.type in _ELSE or _is_else_field(around, one) or is_default(one) for one in rest
            ):
                return False
            if not all(one.id in branches or self.ends(one) for one in rest):
                return False
        return True

    def comes_round(self, assign: Node, use: Node) -> bool:
        """Whether a loop holds both, so that the later one runs before the next turn's use."""
        ours, theirs = self._split(assign, use)
        shared = len(self.chain(use)) - len(theirs)
        ways = self.chain(use)[:shared]
        if theirs:
            ways = [*ways, theirs[0]]
        return any(
            around.type in LOOPS and not _is_head(around, child) for around, child in ways
        ) and bool(ours)

    def repeats(self, node: Node, other: Node) -> bool:
        """Whether a loop holds ``node`` that does not hold ``other``."""
        ours, _theirs = self._split(node, other)
        return any(
            around.type in LOOPS and not _is_head(around, child) for around, child in ours[1:]
        ) or bool(ours and ours[0][0].type in LOOPS and not _is_head(*ours[0]))

    # ------------------------------------------------------------------ constant conditions

    def truth(self, condition: Value) -> bool | None:
        """Whether a condition of constants, and of variables that hold one, is true."""
        return truth(condition, self.constant_of)

    def _case_verdict(self, around: Node, branch: Node) -> bool | None:
        """Whether a switch on a constant takes a case; None when that is not known."""
        switch = around.parent
        subject = switch.child_by_field_name("condition") if switch is not None else None
        if subject is None and switch is not None:
            subject = switch.child_by_field_name("value") or switch.child_by_field_name("subject")
        if subject is None:
            return None
        told = self.evaluate(subject)
        if self.constant_of is not None:
            told = self.constant_of(told)
        if not isinstance(told, Const):
            return None
        cases = [one for one in around.named_children if "comment" not in one.type]
        first: int | None = None
        for at, one in enumerate(cases):
            labels = [self.evaluate(label) for label in case_labels(one)]
            if not all(isinstance(label, Const) for label in labels):
                return None
            if any(isinstance(label, Const) and label.value == told.value for label in labels):
                first = at
                break
        if first is None:
            first = next((at for at, one in enumerate(cases) if is_default(one)), None)
        if first is None:
            return False
        taken = {cases[first].id}
        while first + 1 < len(cases) and self._falls_through(around, cases[first]):
            first += 1
            taken.add(cases[first].id)
        return branch.id in taken

    def _is_never_taken(self, around: Node, branch: Node) -> bool:
        if around.type in _SWITCH_BODIES or branch.type == "switch_section":
            return self._case_verdict(around, branch) is False
        verdict = self._verdict(around)
        return verdict is not None and verdict is not _is_then(around, branch)

    def _is_always_taken(self, around: Node, branch: Node) -> bool:
        if around.type in _SWITCH_BODIES or branch.type == "switch_section":
            return self._case_verdict(around, branch) is True
        verdict = self._verdict(around)
        return verdict is not None and verdict is _is_then(around, branch)

    def _verdict(self, around: Node) -> bool | None:
        if around.id in self._verdicts:
            return self._verdicts[around.id]
        self._verdicts[around.id] = None  # while it is asked: it may refer to itself
        condition = around.child_by_field_name("condition")
        verdict = self.truth(self.evaluate(condition)) if condition is not None else None
        if verdict is not None and around.type in _INVERSE:
            verdict = not verdict
        self._verdicts[around.id] = verdict
        return verdict

    def is_dead(self, node: Node) -> bool:
        """Whether a node stands in a branch that is never taken."""
        return any(
            _is_branching(around)
            and not _is_head(around, child)
            and self._is_never_taken(around, child)
            for around, child in self.chain(node)
        )

    # ------------------------------------------------------------------ ways out

    def ends(self, branch: Node) -> bool:
        """Whether a branch leaves the function at its end."""
        if branch.type in _ENDINGS:
            return True
        statements = _statements(branch)
        if not statements:
            return False
        return self.leaves(statements[-1])

    def leaves(self, statement: Node) -> bool:
        """Whether a statement leaves the function: returns, raises, ends the program."""
        if statement.type in _ENDINGS:
            return True
        if statement.type in ("expression_statement", "call", "call_expression"):
            call = statement
            if statement.type == "expression_statement" and statement.named_children:
                call = statement.named_children[0]
            callee = (
                call.child_by_field_name("function")
                or call.child_by_field_name("name")
                or call.child_by_field_name("method")
            )
            if callee is not None:
                last = callee.named_children[-1] if callee.named_children else callee
                return self.text(last) in _STOPS
            return call.type in ("throw_expression", "exit_statement")
        if statement.type == "identifier":
            return self.text(statement) in _STOPS
        if statement.type == "binary":
            right = statement.child_by_field_name("right")
            return right is not None and right.type in _ENDINGS
        if statement.type in ("if_statement", "if", "unless"):
            otherwise = statement.child_by_field_name("alternative")
            then = then_of(statement)
            return (
                then is not None
                and otherwise is not None
                and self.ends(then)
                and self.ends(otherwise)
            )
        return False

    def _falls_through(self, around: Node, branch: Node) -> bool:
        """Whether a case of a switch goes on into the next one."""
        if around.type not in ("switch_body", "switch_block") or branch.type == "switch_rule":
            return False
        statements = _statements(branch)
        if not statements:
            return True
        last = statements[-1]
        return last.type not in ("break_statement", "continue_statement") and not self.leaves(last)

    def _has_open_handler(self, around: Node) -> bool:
        handlers = [one for one in around.named_children if one.type in HANDLERS]
        return any(not self.ends(one) for one in handlers)


def then_of(around: Node) -> Node | None:
    """What an ``if`` runs when its condition holds."""
    found = around.child_by_field_name("consequence")
    if found is None and around.type in _BODIED:
        return around.child_by_field_name("body")
    return found


def case_labels(case: Node) -> list[Node]:
    """What a case of a switch compares with; [] for the default."""
    if case.type in ("switch_block_statement_group", "switch_rule"):
        labels = [one for one in case.named_children if one.type == "switch_label"]
        return [one for label in labels for one in label.named_children]
    if case.type == "switch_section":
        labels = [one for one in case.named_children if one.type.endswith("_pattern")]
        return [one.named_children[0] if one.named_children else one for one in labels]
    if case.type == "case_clause":
        return [label for one in case.named_children for label in _pattern_labels(one)]
    is_plain = case.type in ("case_statement", "switch_case")
    return case.children_by_field_name("value") if is_plain else []


def _pattern_labels(node: Node) -> list[Node]:
    """What a Python ``case`` compares with: constants are read, other patterns stay unknown."""
    if node.type == "if_clause":
        return [node]
    if node.type != "case_pattern":
        return []
    inner = node.named_children[0] if node.named_children else None
    if inner is None or _is_capture(inner):
        return []
    return inner.named_children if inner.type == "union_pattern" else [inner]


def _is_capture(pattern: Node) -> bool:
    return pattern.type == "dotted_name" and pattern.named_child_count == 1


def _is_branching(around: Node) -> bool:
    """Whether one of the children of a node runs instead of the others."""
    if around.type == "block":
        return around.parent is not None and around.parent.type == "match_statement"
    return around.type in BRANCHES


def is_default(case: Node) -> bool:
    """Whether a case of a Java or PHP switch is, or contains, the default."""
    if case.type in ("default_statement", "switch_default"):
        return True
    if case.type == "case_clause":
        patterns = [one for one in case.named_children if one.type == "case_pattern"]
        return (
            case.child_by_field_name("guard") is None
            and len(patterns) == 1
            and not _pattern_labels(patterns[0])
        )
    if case.type == "switch_section":
        return case.children[0].type == "default"
    return case.type in ("switch_block_statement_group", "switch_rule") and any(
        one.type == "switch_label" and not one.named_child_count for one in case.named_children
    )


def truth(value: Value, constant_of: ConstantOf | None = None, depth: int = 0) -> bool | None:
    """Whether a condition of constants holds; None when it is not one."""
    if depth > MAX_FOLDS:
        return None
    if constant_of is not None:
        value = constant_of(value)
    if isinstance(value, Const):
        return bool(value.value)
    if not isinstance(value, Operation):
        return None
    operands = value.operands
    if value.operator in ("!", "not") and len(operands) == 1:
        inner = truth(operands[0], constant_of, depth + 1)
        return None if inner is None else not inner
    if value.operator in ("and", "&&", "or", "||"):
        verdicts = [truth(one, constant_of, depth + 1) for one in operands]
        decisive = value.operator in ("or", "||")
        if any(one is decisive for one in verdicts):
            return decisive
        return None if None in verdicts else not decisive
    if len(operands) == 2 and constant_of is not None and value.operator in ("==", "!="):
        one, two = (constant_of(operand) for operand in operands)
        if isinstance(one, Const) and isinstance(two, Const):
            return (one.value == two.value) is (value.operator == "==")
    numbers = [_number(one, constant_of) for one in operands]
    if len(numbers) != 2:
        return None
    left, right = numbers
    if left is None or right is None:
        return None
    return _compared(value.operator, left, right)


def _number(value: Value, constant_of: ConstantOf | None = None, depth: int = 0) -> float | None:
    """The value of constant arithmetic: ``7 * 42 - 1``."""
    if depth > MAX_FOLDS:
        return None
    if constant_of is not None:
        value = constant_of(value)
    if isinstance(value, Const):
        number = value.value
        return number if isinstance(number, (int, float)) else None
    if isinstance(value, Operation) and value.operands and value.operator in _COUNTING:
        numbers = [_number(one, constant_of, depth + 1) for one in value.operands]
        if None in numbers:
            return None
        total: float = numbers[0]  # type: ignore[assignment]
        for number in numbers[1:]:
            assert number is not None
            if value.operator == "*":
                total *= number
            elif value.operator == "+":
                total += number
            elif value.operator == "-":
                total -= number
            elif value.operator == "/" and number:
                total /= number
            elif value.operator == "%" and number:
                total %= number
            else:
                return None
        return total
    return None


def _compared(operator: str, left: float, right: float) -> bool | None:
    return {
        "==": left == right, "===": left == right, "!=": left != right, "!==": left != right,
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
    }.get(operator)  # fmt: skip


# ---------------------------------------------------------------------------- shapes


def _is_head(around: Node, child: Node) -> bool:
    """Whether a child of a branch or loop runs before any branch is chosen."""
    return any(child == one for field in _HEADS for one in around.children_by_field_name(field))


def _is_then(around: Node, branch: Node) -> bool:
    return any(branch == around.child_by_field_name(field) for field in ("consequence", "body"))


def _is_try(around: Node) -> bool:
    """Whether what a node holds is guarded; a Ruby body is when it has a handler."""
    if around.type == "body_statement":
        return any(one.type in HANDLERS for one in around.named_children)
    return around.type in TRIES


def _is_else_field(around: Node, branch: Node) -> bool:
    is_other = branch == around.child_by_field_name("alternative")
    return is_other and branch.type not in ("elif_clause", "else_if_clause", "elsif")


def _branches(around: Node) -> list[Node]:
    return [
        one
        for one in around.named_children
        if "comment" not in one.type and not _is_head(around, one)
    ]


def _statements(branch: Node) -> list[Node]:
    """The statements of a branch, through the blocks and clauses around them."""
    current = branch
    for _ in range(8):
        named = [one for one in current.named_children if "comment" not in one.type]
        bodies = [
            one
            for one in named
            if "block" in one.type
            or one.type in ("body_statement", "then", "statement_list", "compound_statement")
        ]
        if len(bodies) == 1 and (
            len(named) <= 2
            or current.type in HANDLERS
            or current.type.endswith("_case")
            or current.type in ("when", "in_clause", "elsif")
        ):
            current = bodies[0]
        elif current.type in ("else_clause", "else") and len(named) == 1:
            current = named[0]
        else:
            return named
    return []

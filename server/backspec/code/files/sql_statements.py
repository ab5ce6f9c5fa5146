"""What single SQL statements say: tables, columns, constraints, and the parts of ALTER TABLE.

Reads what PostgreSQL, MySQL, SQL Server and SQLite write, in one grammar that leaves out what it
does not know: a part that cannot be read is an action of the kind ``other``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.files.sql_tokens import Cursor

if TYPE_CHECKING:
    from backspec.text import Span

_COLUMN_WORDS: Final = frozenset(
    ("NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT", "COLLATE",
     "GENERATED", "AS", "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY", "COMMENT", "FIRST", "AFTER",
     "ON", "KEY", "ROWGUIDCOL", "SPARSE", "STORAGE", "COMPRESSION", "VIRTUAL", "STORED", "USING",
     "DEFERRABLE", "INITIALLY", "INVISIBLE", "VISIBLE", "PERSISTED", "WITH", "MASKED", "ENCODE",
     "CODEC", "FILESTREAM", "SET", "CHARACTER")
)  # fmt: skip
_CONSTRAINT_WORDS: Final = ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE")


@dataclass(slots=True)
class Column:
    """The definition of a column."""

    name: str
    """Lower case."""
    name_span: Span
    span: Span
    type: str = ""
    """In capitals, words one space apart, without its arguments: ``TIMESTAMP WITH TIME ZONE``."""
    arguments: str = ""
    """Of the type, as written: ``12, 2``."""
    is_array: bool = False
    type_span: Span | None = None
    not_null: Span | None = None
    """The words NOT NULL."""
    default: str | None = None
    """The source of the default; None for none."""
    default_span: Span | None = None
    generated: str = ""
    """``stored``, ``virtual`` or ``identity``."""
    is_primary: bool = False
    is_unique: bool = False
    references: str = ""
    """The table of a foreign key."""
    has_check: bool = False
    charset: tuple[str, Span] | None = None


@dataclass(slots=True)
class Constraint:
    """A constraint of a table."""

    kind: str
    """``primary key``, ``unique``, ``foreign key``, ``check``, ``exclude`` or ``index``."""
    span: Span
    name: str = ""
    columns: tuple[str, ...] = ()
    columns_span: Span | None = None
    references: str = ""
    not_valid: bool = False
    using_index: bool = False
    text: str = ""
    """Its source in capitals."""


@dataclass(slots=True)
class Action:
    """One part of ALTER TABLE.

    Its kind is one of ``add column``, ``drop column``, ``rename column``, ``rename table``,
    ``change type``, ``set not null``, ``modify column``, ``add constraint``, ``drop constraint``,
    ``validate`` and ``other``.
    """

    kind: str
    span: Span
    name: str = ""
    """Of the column, in lower case."""
    name_span: Span | None = None
    new_name: str = ""
    column: Column | None = None
    constraint: Constraint | None = None
    type: str = ""
    type_span: Span | None = None
    using: bool = False
    cascade: bool = False
    says_column: bool = True
    """Of what is dropped: that it is a column. SQL Server means a constraint where it does not."""


@dataclass(slots=True)
class AlterTable:
    """ALTER TABLE."""

    table: str
    table_span: Span
    actions: list[Action] = field(default_factory=list)
    is_partition: bool = False
    """It attaches or detaches one."""


@dataclass(slots=True)
class CreateTable:
    """CREATE TABLE with columns."""

    table: str
    table_span: Span
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    options: str = ""
    """What stands after the columns, in capitals."""
    options_at: int = 0
    is_temporary: bool = False
    is_partition: bool = False
    is_copy: bool = False
    """``LIKE`` or ``AS SELECT``."""


def alter_table(cursor: Cursor) -> AlterTable | None:
    """Read what follows the words ALTER TABLE; None when there is no table."""
    cursor.take("IF", "EXISTS")
    cursor.take("ONLY")
    named = cursor.name()
    if named is None:
        return None
    cursor.take("*")
    found = AlterTable(*named)
    with_check = ""
    if cursor.take("WITH"):
        with_check = cursor.take_any("CHECK", "NOCHECK")
    adds = False
    drops = ""
    for part in cursor.parts():
        # SQL Server writes ADD once before several columns.
        read = _action(part, adds)
        adds = adds or read.kind.startswith("add")
        if read.kind == "other" and drops:
            read = _dropped_too(part, read.span, drops)
        drops = read.kind if read.kind in ("drop column", "drop constraint") else ""
        if with_check == "NOCHECK" and read.constraint is not None:
            read.constraint.not_valid = True
        found.actions.append(read)
        if read.kind == "add column" and read.column is None:
            found.actions.pop()
    for token in cursor.list[:8]:
        if token.text in ("ATTACH", "DETACH"):
            found.is_partition = True
    return _unfolded(found, cursor)


def _unfolded(found: AlterTable, cursor: Cursor) -> AlterTable:
    """Actions of ADD with several columns in parentheses, as Oracle and MySQL write them."""
    actions: list[Action] = []
    for one in found.actions:
        if one.kind != "add many":
            actions.append(one)
            continue
        start = next(i for i, t in enumerate(cursor.list) if t.start >= one.span.start)
        part = Cursor(cursor.source, cursor.list, start, len(cursor.list))
        at = part.find("(")
        if at < 0:
            continue
        part.at = at
        group = part.group()
        actions += [_addition(item) for item in (group.parts() if group else ())]
    found.actions = actions
    return found


def _action(part: Cursor, adds: bool) -> Action:
    span = part.span
    if part.take("ADD"):
        if part.says("("):
            return Action("add many", span)
        return _addition(part, span)
    word = part.take_any("DROP", "ALTER", "RENAME", "MODIFY", "CHANGE", "VALIDATE")
    if word == "DROP":
        return _drop(part, span)
    if word == "ALTER":
        return _alter_column(part, span)
    if word == "RENAME":
        return _rename(part, span)
    if word in ("MODIFY", "CHANGE"):
        part.take("COLUMN")
        part.take("IF", "EXISTS")
        old = part.name() if word == "CHANGE" else None
        column = _column(part)
        if column is None:
            return Action("other", span)
        name, name_span = old or (column.name, column.name_span)
        kind = "rename column" if old and old[0] != column.name else "modify column"
        return Action(kind, span, name, name_span, column.name, column)
    if word == "VALIDATE":
        return Action("validate", span)
    if adds and part.peek().kind in ("word", "quoted"):
        return _addition(part, span)
    return Action("other", span)


def _addition(part: Cursor, span: Span | None = None) -> Action:
    span = span or part.span
    if part.take("COLUMN") and part.says("("):
        return Action("add many", span)
    part.take("IF", "NOT", "EXISTS")
    if constraint := _constraint(part):
        return Action("add constraint", span, constraint=constraint)
    if (
        part.peek().text
        in (
            *("VALUE", "PARTITION", "GENERATED", "INDEX", "KEY", "FULLTEXT", "SPATIAL", "PERIOD"),
            *("DEFAULT", "SYSTEM", "IDENTITY"),
        )
        and part.peek().kind == "word"
    ):
        return Action("other", span)
    column = _column(part)
    if column is None:
        return Action("other", span)
    return Action("add column", span, column.name, column.name_span, "", column)


def _dropped_too(part: Cursor, span: Span, kind: str) -> Action:
    """What follows a column or a constraint that is dropped, as SQL Server lists them."""
    if part.take("COLUMN"):
        kind = "drop column"
    elif part.take("CONSTRAINT"):
        kind = "drop constraint"
    elif part.end - part.at > 1:
        return Action("other", span)
    part.take("IF", "EXISTS")
    named = part.name()
    return Action(kind, span, *named) if named else Action("other", span)


def _drop(part: Cursor, span: Span) -> Action:
    if part.take("CONSTRAINT"):
        return Action("drop constraint", span)
    is_column = part.take("COLUMN")
    if not is_column and part.take_any(
        *("PRIMARY", "FOREIGN", "INDEX", "KEY", "CHECK", "PARTITION", "DEFAULT", "EXPRESSION")
    ):
        return Action("drop constraint", span)
    part.take("IF", "EXISTS")
    named = part.name()
    if named is None:
        return Action("other", span)
    cascades = part.says("CASCADE")
    return Action("drop column", span, *named, cascade=cascades, says_column=is_column)


def _alter_column(part: Cursor, span: Span) -> Action:
    if part.take_any("CONSTRAINT", "INDEX", "CHECK"):
        return Action("other", span)
    part.take("COLUMN")
    named = part.name()
    if named is None:
        return Action("other", span)
    if part.take("SET", "NOT", "NULL"):
        return Action("set not null", span, *named)
    if part.says("SET", "DATA", "TYPE"):
        part.at += 2
    if part.take("TYPE"):
        type_name, _, _, type_span = _type(part)
        using = part.find("USING") >= 0
        return Action("change type", span, *named, type=type_name, type_span=type_span, using=using)
    if part.peek().text in ("SET", "DROP", "ADD", "RESET", "RESTART", "MASKED", ""):
        return Action("other", span, *named)
    column = Column(named[0], named[1], span)
    _fill(column, part)
    return Action("modify column", span, *named, new_name=named[0], column=column)


def _rename(part: Cursor, span: Span) -> Action:
    if part.take_any("CONSTRAINT", "INDEX", "KEY"):
        return Action("other", span)
    if part.take("TO") or part.take("AS"):
        named = part.name()
        if named is None:
            return Action("other", span)
        return Action("rename table", span, new_name=named[0], name_span=named[1])
    part.take("COLUMN")
    old = part.name()
    if old is None or not part.take("TO"):
        return Action("other", span)
    new = part.name()
    return Action("rename column", span, *old, new_name=new[0] if new else "")


def create_table(cursor: Cursor) -> CreateTable | None:
    """Read what follows the words CREATE .. TABLE; None when there is no table."""
    cursor.take("IF", "NOT", "EXISTS")
    named = cursor.name()
    if named is None:
        return None
    found = CreateTable(*named)
    if cursor.take("PARTITION", "OF"):
        found.is_partition = True
        return found
    body = cursor.group()
    if body is None:
        found.is_copy = True
        return found
    if body.says("LIKE") or body.says("SELECT"):
        found.is_copy = True
    for part in body.parts():
        if part.says("LIKE") or part.says("PERIOD"):
            continue
        span = part.span
        if constraint := _constraint(part):
            found.constraints.append(constraint)
        elif part.peek().kind == "word" and part.peek().text in (
            *("INDEX", "KEY", "FULLTEXT", "SPATIAL"),
        ):
            if not part.take_any("INDEX", "KEY"):
                part.at += 1
                part.take_any("INDEX", "KEY")
            part.name()
            inner = part.group()
            columns = _names(inner) if inner else ()
            found.constraints.append(Constraint("index", span, columns=columns))
        elif column := _column(part):
            found.columns.append(column)
    found.options = " ".join(t.text.upper() for t in cursor.list[cursor.at : cursor.end])
    found.options_at = cursor.at
    if cursor.says("AS") or cursor.find("SELECT") >= 0:
        found.is_copy = not found.columns or found.is_copy
    return found


def _constraint(part: Cursor) -> Constraint | None:
    start = part.at
    span = part.span
    name = ""
    if part.take("CONSTRAINT"):
        if part.peek().text not in _CONSTRAINT_WORDS or part.peek().kind == "quoted":
            named = part.name()
            name = named[0] if named else ""
    elif part.peek().kind != "word" or part.peek().text not in _CONSTRAINT_WORDS:
        return None
    kind = part.take_any(*_CONSTRAINT_WORDS)
    if not kind or (part.peek().text == "" and kind != "CHECK"):
        part.at = start
        return None
    found = Constraint(kind.lower(), span, name)
    found.text = Cursor(part.source, part.list, start, part.end).text().upper()
    words = part.words()
    found.not_valid = "VALID" in words and "NOT VALID" in " ".join(found.text.split())
    found.using_index = "USING" in words and "USING INDEX" in " ".join(found.text.split())
    if kind in ("PRIMARY", "FOREIGN"):
        if not part.take("KEY"):
            part.at = start
            return None
        found.kind = f"{kind.lower()} key"
    if kind in ("PRIMARY", "FOREIGN", "UNIQUE"):
        part.take_any("KEY", "INDEX")
        part.take_any("CLUSTERED", "NONCLUSTERED")
        if not part.says("(") and not part.says("USING") and not part.says("NULLS"):
            part.name()
        if part.take("NULLS"):
            part.take("NOT")
            part.take("DISTINCT")
        group = part.group()
        if group is not None:
            found.columns_span = group.span
            found.columns = _names(group)
        if part.take("REFERENCES") and (named := part.name()):
            found.references = named[0]
    return found


def _names(group: Cursor) -> tuple[str, ...]:
    names = []
    for part in group.parts():
        named = part.name()
        names.append("" if named is None or part.says("(") else named[0])
    return tuple(names)


def _column(part: Cursor) -> Column | None:
    span = part.span
    named = part.name()
    if named is None:
        return None
    column = Column(named[0], named[1], span)
    _fill(column, part)
    return column


def _type(part: Cursor) -> tuple[str, str, bool, Span | None]:
    """Read a type: name, arguments, whether it is an array, and where it stands."""
    words: list[str] = []
    arguments = ""
    is_array = False
    start = part.at
    while not part.is_done:
        token = part.peek()
        if token.kind == "quoted" or (
            token.kind == "word"
            and (
                token.text not in _COLUMN_WORDS
                or (
                    token.text == "WITH" and words[-1:] and (part.peek(1).text in ("TIME", "LOCAL"))
                )
            )
        ):
            if words and token.kind == "quoted" and part.list[part.at - 1].text != ".":
                break
            words.append(token.text.upper())
            part.at += 1
            if words[-1] == "CHARACTER" and part.take("VARYING"):
                words.append("VARYING")
        elif token.text == "." and words:
            words.pop()
            part.at += 1
        elif token.text == "(" and words and not arguments:
            group = part.group()
            arguments = group.text() if group else ""
        elif token.text == "[":
            is_array = True
            part.at += 1
            while not part.is_done and part.next().text != "]":
                pass
        elif token.text == "CHARACTER" and not words:
            words.append(token.text)
            part.at += 1
        else:
            break
    if part.at == start:
        return "", "", False, None
    type_span = Cursor(part.source, part.list, start, part.at).span
    return " ".join(words), arguments, is_array, type_span


def _fill(column: Column, part: Cursor) -> None:
    """Read the type and the constraints of a column."""
    column.type, column.arguments, column.is_array, column.type_span = _type(part)
    if column.type in ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8"):
        column.generated = "identity"
    while not part.is_done:
        token = part.peek()
        if part.take("NOT", "NULL"):
            column.not_null = Cursor(part.source, part.list, part.at - 2, part.at).span
        elif part.take("DEFAULT"):
            _default(column, part)
        elif part.take("PRIMARY"):
            part.take("KEY")
            column.is_primary = True
        elif part.take("UNIQUE"):
            column.is_unique = True
        elif part.take("REFERENCES"):
            named = part.name()
            column.references = named[0] if named else ""
            part.group()
        elif part.take("CHECK"):
            column.has_check = True
            part.group()
        elif part.take("GENERATED"):
            _generated(column, part)
        elif part.take("AS"):
            part.group()
            column.generated = "stored" if part.take_any("STORED", "PERSISTED") else "virtual"
        elif part.take_any("AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY"):
            column.generated = "identity"
            part.group()
        elif part.take("CHARACTER", "SET") or part.take("CHARSET"):
            charset = part.next()
            column.charset = charset.text.lower(), charset.span
        elif token.text == "(":
            part.group()
        else:
            part.at += 1


def _generated(column: Column, part: Cursor) -> None:
    part.take("BY")
    part.take_any("ALWAYS", "DEFAULT")
    part.take("AS")
    if part.take("IDENTITY"):
        column.generated = "identity"
        part.group()
    elif part.take("ROW"):
        column.generated = "row"
    else:
        part.group()
        column.generated = "stored" if part.take("STORED") else "virtual"


def _default(column: Column, part: Cursor) -> None:
    start = part.at
    while not part.is_done:
        token = part.peek()
        if (
            part.at > start
            and token.kind == "word"
            and token.text
            in (
                *(
                    "NOT",
                    "NULL",
                    "PRIMARY",
                    "UNIQUE",
                    "REFERENCES",
                    "CHECK",
                    "CONSTRAINT",
                    "COLLATE",
                ),
                *("GENERATED", "COMMENT", "AFTER", "FIRST", "ON", "AUTO_INCREMENT", "FOR", "KEY"),
                *("WITH",),
            )
        ):
            previous = part.list[part.at - 1].text
            if not (token.text == "WITH" and part.peek(1).text == "TIME") and previous != "::":
                break
        if token.text == "(":
            part.group()
        else:
            part.at += 1
    read = Cursor(part.source, part.list, start, part.at)
    column.default, column.default_span = read.text(), read.span

"""What Python's syntax gives: contexts, uses, values, arguments, handlers, errors."""

from __future__ import annotations

import textwrap

import pytest
from tests.code.reading import last_call, read, value_of

from backspec.code.facts.model import (
    Built,
    CallValue,
    Const,
    Context,
    Mapping,
    Name,
    Operation,
    Sequence,
    Unknown,
)


def contexts(text: str) -> int:
    """The context of the call of ``here``."""
    calls = read(textwrap.dedent(text)).facts.calls
    return next(call.context for call in calls if call.path == "here")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("here()", Context.MODULE),
        ("def f(): here()", 0),
        ("async def f(): here()", Context.ASYNC),
        ("async def f():\n  await here()", Context.ASYNC | Context.AWAITED),
        ("async def f():\n  def g(): here()", 0),
        ("async def f():\n  x(lambda: here())", 0),
        ("for x in y: here()", Context.MODULE | Context.LOOP),
        ("for x in here(): pass", Context.MODULE),
        ("for x in (1, 2, 3): here()", Context.MODULE),
        ("for x in (1, 2, 3, 4): here()", Context.MODULE | Context.LOOP),
        ("for x in (*y, 1): here()", Context.MODULE | Context.LOOP),
        ("for x in y: pass\nelse: here()", Context.MODULE),
        ("while True: here()", Context.MODULE | Context.LOOP),
        ("[here() for x in y]", Context.MODULE | Context.LOOP),
        ("[x for x in here()]", Context.MODULE),
        ("[x for z in y for x in here()]", Context.MODULE | Context.LOOP),
        ("for x in y:\n  def f(): here()", 0),
        ("with a(): here()", Context.MODULE | Context.RESOURCE),
        ("try: here()\nfinally: pass", Context.MODULE | Context.TRY),
        ("try: pass\nexcept E: here()", Context.MODULE | Context.CATCH),
        ("try: pass\nfinally: here()", Context.MODULE | Context.FINALLY),
        ("if __name__ == '__main__': here()", Context.MODULE | Context.MAIN),
        ("if settings.DEBUG: here()", Context.MODULE | Context.DEV_GUARD),
        ("if not settings.DEBUG: pass\nelse: here()", Context.MODULE | Context.DEV_GUARD),
        ("if not settings.DEBUG: here()", Context.MODULE),
        ("if env == 'development': here()", Context.MODULE | Context.DEV_GUARD),
        ("if os.environ.get('ENV') != 'production': here()", Context.MODULE | Context.DEV_GUARD),
        ("if DEBUG or x: here()", Context.MODULE),
        ("if DEBUG and x:\n  def f(): here()", Context.DEV_GUARD),
        ("class T(unittest.TestCase):\n  def test(self): here()", Context.TEST),
        (
            "import asyncio\nasync def f():\n  await asyncio.to_thread(lambda: here())",
            Context.OFFLOADED,
        ),
        (
            "from django.db import transaction\nwith transaction.atomic(): here()",
            Context.MODULE | Context.RESOURCE | Context.TRANSACTION,
        ),
        (
            "from django.db import transaction\n@transaction.atomic\ndef f(): here()",
            Context.TRANSACTION,
        ),
    ],
)
def test_contexts(text: str, wanted: int) -> None:
    assert contexts(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef f(): here()",
        "from . import bp\n@bp.get('/x')\ndef f(): here()",
        "def register(app):\n  @app.get('/x')\n  def f(): here()",
        "from fastapi import APIRouter\nr = APIRouter()\n@r.post('')\nasync def f(): here()",
        "from fastapi import Depends\ndef f(): here()\ndef g(x=Depends(f)): pass",
        "from django.views import View\nclass V(View):\n  def get(self, request): here()",
        "from .base import BaseView\nclass V(BaseView):\n  def get(self, request): here()",
        "from rest_framework.decorators import api_view\n@api_view(['GET'])\ndef f(r): here()",
        "from django.urls import path\ndef f(r): here()\nurlpatterns = [path('x', f)]",
        "from pyramid.view import view_config\n@view_config(route_name='x')\ndef f(r): here()",
        "from flask import Flask\napp = Flask()\n@app.get('/')\ndef f():\n  g(lambda: here())",
    ],
)
def test_handlers(text: str) -> None:
    assert contexts(text) & Context.HANDLER


@pytest.mark.parametrize(
    "text",
    [
        "def f(): here()",
        "@cache.get('key')\ndef f(): here()",
        "import requests\n@requests.get('/x')\ndef f(): here()",
        "from django.views import View\nclass V(View):\n  def __init__(self): here()",
        "class V(Review):\n  def get(self): here()"
        if False
        else "class V:\n  def get(self): here()",
    ],
)
def test_no_handlers(text: str) -> None:
    assert not contexts(text) & Context.HANDLER


@pytest.mark.parametrize(
    ("text", "use", "target"),
    [
        ("f()", "statement", ""),
        ("await f()", "statement", ""),
        ("x = f()", "assigned", "x"),
        ("self.x = await f()", "assigned", "self.x"),
        ("(x := f())", "assigned", "x"),
        ("with f() as x: pass", "assigned", "x"),
        ("return f()", "returned", ""),
        ("g(f())", "argument", ""),
        ("g(k=f())", "argument", ""),
        ("f().x()", "receiver", ""),
        ("if f(): pass", "condition", ""),
        ("if not f(): pass", "condition", ""),
        ("if f() == 1: pass", "condition", ""),
        ("x = 1 if f() else 2", "condition", ""),
        ("[f()]", "other", ""),
    ],
)
def test_uses(text: str, use: str, target: str) -> None:
    call = next(call for call in read(text).facts.calls if call.path == "f")
    assert (call.use, call.assigned_to) == (use, target)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("'a'", "a"),
        ('"a" "b"', "ab"),
        ("'a' + 'b'", "ab"),
        ("r'\\d'", "\\d"),
        ("'\\x41\\n'", "A\n"),
        ("b'a'", b"a"),
        ("f'a'", "a"),
        ("1", 1),
        ("0x10", 16),
        ("1_000", 1000),
        ("-2", -2),
        ("1.5", 1.5),
        ("60 * 60", 3600),
        ("2 ** 14", 16384),
        ("True", True),
        ("None", None),
        ("(1)", 1),
        ("''", ""),
        ("'''a\nb'''", "a\nb"),
    ],
)
def test_constants(text: str, wanted: object) -> None:
    value = value_of(f"x = {text}")
    assert isinstance(value, Const)
    assert value.value == wanted
    assert type(value.value) is type(wanted)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("f'{a}b'", Built),
        ("'a' + b", Built),
        ("'%s' % a", Built),
        ("'{}'.format(a)", Built),
        ("''.join([a, 'b'])", Built),
        ("a + b", Operation),
        ("a or b", Operation),
        ("a if b else c", Operation),
        ("a[b]", Operation),
        ("a.b", Name),
        ("a['b']", Name),
        ("a()", CallValue),
        ("await a()", CallValue),
        ("[1, a]", Sequence),
        ("{'a': b}", Mapping),
        ("dict(a=b)", Mapping),
        ("[x for x in y]", Unknown),
        ("9 ** 9 ** 9", Operation),
    ],
)
def test_kinds_of_values(text: str, kind: type) -> None:
    assert type(value_of(f"x = {text}")) is kind


def test_constants_fold_through_one_assignment() -> None:
    def folded(text: str) -> object:
        value = last_call(read(textwrap.dedent(text))).arguments.positional[0]
        return value.value if isinstance(value, Const) and not value.literal else value.kind

    assert folded("A = 'x'\nf(A)") == "x"
    assert folded("A = 'x'\ndef g():\n  f(A + 'y')") == "xy"
    assert folded("A = 'x'\nA = 'y'\nf(A)") == "name"
    assert folded("A = B\nB = 'x'\nf(A)") == "name"
    assert folded("A = 'x'\nA += 'y'\nf(A)") == "name"
    assert folded("class C:\n  K = 3\n  def g(self): f(self.K)") == 3
    assert folded("class C:\n  K = 3\nf(C.K)") == 3
    assert folded("def g(A):\n  f(A)") == "name"


def test_arguments() -> None:
    call = last_call(read("f(a, 1, k='v', **{'x': 2})"))
    arguments = call.arguments
    assert [v.kind for v in arguments.positional] == ["name", "constant"]
    assert {k: getattr(v, "value", None) for k, v in arguments.keywords.items()} == {
        "k": "v",
        "x": 2,
    }
    assert last_call(read("f(**k)")).arguments.is_open
    assert last_call(read("f(*a)")).arguments.is_open
    assert not last_call(read("f(a)")).arguments.is_open
    assert last_call(read("f(*a, b)")).arguments.positional == ()
    assert len(last_call(read("f(x for x in y)")).arguments.positional) == 1


def test_mappings_tell_whether_all_is_visible() -> None:
    whole = value_of("x = {'a': 1, 'b': {'c': y}}")
    assert isinstance(whole, Mapping)
    assert list(whole.entries) == ["a", "b"]
    assert not whole.is_open
    part = value_of("x = {'a': 1, **y, z: 2}")
    assert isinstance(part, Mapping)
    assert part.is_open


def test_catches() -> None:
    text = "try: a()\nexcept (A, b.B) as e:\n  # why\n  pass\nexcept:\n  pass"
    one, two = read(text).facts.catches
    assert (one.types, one.name, one.has_comment) == (("A", "b.B"), "e", "# why")
    assert [n.type for n in one.statements] == ["pass_statement"]
    assert two.types == ()
    assert text[one.head_span.start : one.head_span.end] == "except (A, b.B) as e"
    assert text[one.try_span.start : one.try_span.end].strip() == "a()"


def test_statements_know_their_place() -> None:
    text = "def f():\n  if a:\n    return b\n    c()\n  raise E\n  yield x"
    found = [(s.kind, s.is_last) for s in read(text).facts.statements]
    assert found[:3] == [("return", False), ("expression", True), ("raise", False)]


def test_functions_and_their_parameters() -> None:
    text = "@d\nasync def f(self, a: int, b='x', *args, c: str = 'y', **kw) -> x.Y: yield"
    (function,) = read(text).facts.functions
    assert function.is_async
    assert function.is_generator
    assert function.returns_path == "x.Y"
    assert [p.name for p in function.parameters] == ["self", "a", "b", "args", "c", "kw"]
    assert [p.type_path for p in function.parameters] == ["", "int", "", "", "str", ""]
    assert [d.path for d in function.decorators] == ["d"]


def test_facts_come_out_of_broken_code() -> None:
    text = "import os\ndef f(:\n  os.system('x')\nclass (\nos.remove('y'"
    assert "os.system" in [call.qualified for call in read(text).facts.calls]


def test_pairs_have_all_forms() -> None:
    keys = [p.key for p in read("f(a=1)\nx = {'b': 2}\ndef g(c=3, d: int = 4): pass").facts.pairs]
    assert keys == ["a", "b", "c", "d"]

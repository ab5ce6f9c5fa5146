"""What names mean in Python: imports, assignments, annotations, classes."""

from __future__ import annotations

import textwrap

import pytest
from tests.code.reading import last_call, read

FILES = [
    {
        "library": "db",
        "packages": ["db"],
        "types": {
            "db.connect": "db.Connection",
            "db.Connection.cursor": "db.Cursor",
            "db.Query.{filter,limit}": "db.Query",
            "*.objects.all": "db.Query",
        },
        "aliases": {"db.api.Client": "db.Client"},
        "attributes": {"db.View.request": "db.Request"},
        "bases": {"db.ListView": ["db.View"]},
        "calls": [
            {"names": ["db.Client.get", "db.View.render"], "roles": ["db-read"]},
            {"names": ["db.Mixin.save"], "roles": ["db-write"]},
        ],
    }
]


def meaning(text: str) -> str | None:
    """What the last call of a snippet means."""
    return last_call(read(textwrap.dedent(text), files=FILES)).qualified


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import db\ndb.get()", "db.get"),
        ("import db.sub.part\ndb.sub.part.get()", "db.sub.part.get"),
        ("import db.sub as s\ns.get()", "db.sub.get"),
        ("from db import get as g\ng()", "db.get"),
        ("from db.sub import Client\nClient.of()", "db.sub.Client.of"),
        ("from . import helper\nhelper.get()", ".helper.get"),
        ("from ..a.b import c\nc.get()", "..a.b.c.get"),
        ("open('x')", "open"),
        ("nothing.get()", None),
        ("def open(x): pass\nopen('x')", ":open"),
    ],
)
def test_imports_and_builtins(text: str, wanted: str | None) -> None:
    assert meaning(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import db\nc = db.Client()\nc.get()", "db.Client.get"),
        ("import db\nc = db.connect()\nc.cursor().run()", "db.Cursor.run"),
        ("import db\nc = db.make()\nc.get()", "db.make().get"),
        ("import db\nc: db.Client = make()\nc.get()", "db.Client.get"),
        ("import db\nc = None\nc = db.Client()\nc.get()", "db.Client.get"),
        ("import db\nc = db.Client()\nc = other\nc.get()", None),
        ("import db\nc = db.Client()\nc = db.Other()\nc.get()", None),
        ("import db\nq = db.Query()\nq = q.filter()\nq = q.limit()\nq.run()", "db.Query.run"),
        ("import db\nq = db.Query()\nq = q.first()\nq.run()", None),
        ("import db\na = b\nb = a\na.get()", None),
        ("import db\nif (c := db.Client()): c.get()", "db.Client.get"),
        ("import db\nwith db.Client() as c: c.get()", "db.Client.get"),
        (
            "import db\nasync def f():\n  async with db.Client() as c:\n    await c.get()",
            "db.Client.get",
        ),
        ("import db\na, b = db.Client(), 1\na.get()", "db.Client.get"),
        ("import db\na, b = both()\na.get()", None),
        ("import db\nfor db in x: db.get()", None),
        ("import db\nc = db.Client() if db else None\nc.get()", "db.Client.get"),
        ("import db\ntry: f()\nexcept db.Error as e: e.show()", "db.Error.show"),
        (
            "try:\n  import fast as db\nexcept ImportError:\n  import slow as db\ndb.get()",
            "fast.get",
        ),
        ("import db\n[c.get() for c in x]", None),
        ("import db\nc = db.Client()\n[c.get() for x in c]", "db.Client.get"),
        ("import db\nC = db.api.Client\nC().get()", "db.Client.get"),
        ("from db.api import Client\nClient().get()", "db.Client.get"),
        ("import db\nc = await db.connect()\nc.cursor()", "db.Connection.cursor"),
        ("match x:\n  case [db]: db.get()", None),
        ("import db\ndef f():\n  global c\n  c = db.Client()\nc.get()", "db.Client.get"),
    ],
)
def test_assignments(text: str, wanted: str | None) -> None:
    assert meaning(text) == wanted


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        ("db.Client", "db.Client.get"),
        ("'db.Client'", "db.Client.get"),
        ("'db.Client | None'", "db.Client.get"),
        ("Optional[db.Client]", "db.Client.get"),
        ("db.Client | None", "db.Client.get"),
        ("Annotated[db.Client, Depends(x)]", "db.Client.get"),
        ("db.Client | db.Other", None),
        ("list[db.Client]", None),
        ("int", "int.get"),
    ],
)
def test_parameters(annotation: str, wanted: str | None) -> None:
    assert meaning(f"import db\ndef f(c: {annotation} = None): c.get()") == wanted


def test_alias_of_annotated_type() -> None:
    text = "import db\nDep = Annotated[db.Client, Depends(x)]\ndef f(c: Dep): c.get()"
    assert meaning(text) == "db.Client.get"


def test_fields_of_classes() -> None:
    text = """
        import db
        class Store:
            kind = db.Client()
            def __init__(self, given: db.Client):
                self.own = db.Client()
                self.given = given
                local = db.connect()
                self.local = local
            def a(self): self.{}.get()
        """
    assert meaning(text.format("own")) == "db.Client.get"
    assert meaning(text.format("given")) == "db.Client.get"
    assert meaning(text.format("kind")) == "db.Client.get"
    assert meaning(text.format("local")) == "db.Connection.get"
    assert meaning(text.format("other")) is None


def test_members_through_bases() -> None:
    assert meaning("import db\nclass A(db.Client): pass\nA().get()") == "db.Client.get"
    assert meaning("import db\nclass A(db.Client):\n  def get(self): pass\nA().get()") == ":A.get"
    text = "import db\nclass A(db.Client): pass\nclass B(A):\n  def f(self): self.get()"
    assert meaning(text) == "db.Client.get"
    text = "import db\nclass A(Unknown, db.View):\n  def f(self): self.request.read()"
    assert meaning(text) == "db.Request.read"
    text = "import db\nclass A(db.Other, db.More):\n  def f(self): self.save()"
    assert meaning(text) is None
    text = "import db\nclass A(db.Mixin, db.View):\n  def f(self): self.save()"
    assert meaning(text) == "db.Mixin.save"
    assert meaning("class A(A): pass\nA().get()") is None


def test_results_of_own_functions() -> None:
    assert meaning("import db\ndef f() -> db.Client: ...\nf().get()") == "db.Client.get"
    text = "import db\nclass A:\n  def f(self) -> db.Client: ...\n  def g(self): self.f().get()"
    assert meaning(text) == "db.Client.get"
    text = "import db\nclass A:\n  @property\n  def c(self) -> db.Client: ...\nA().c.get()"
    assert meaning(text) == "db.Client.get"
    assert meaning("def f(): ...\nf().get()") == ":f().get"


def test_any_receiver() -> None:
    text = "from .models import User\nfor u in User.objects.all().filter(): pass"
    calls = read(text, files=FILES).facts.calls
    assert [call.qualified for call in calls] == [
        "db.Query.filter",
        ".models.User.objects.all",
    ]


def test_class_body_names_are_not_seen_in_methods() -> None:
    text = "import db\nclass A:\n  c = db.Client()\n  def f(self): c.get()"
    assert meaning(text) is None
    assert meaning("import db\nclass A:\n  c = db.Client()\n  c.get()") == "db.Client.get"

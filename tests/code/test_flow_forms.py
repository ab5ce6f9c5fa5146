"""Flows through what people write in Python and JavaScript: both sides, harm and look-alikes."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

from typing import Final

import pytest
from tests.code.test_flow import HEAD, NODE, flows, in_handler

BODIES: Final = (
    ("a = []\na.append('x')\na.append(q)\na.append('y')\nos.system(a[1])", 1),
    ("a = []\na.append('x')\na.append(q)\na.append('y')\nos.system(a[0])", 0),
    ("a = []\na.append('x')\na.append(q)\na.append('y')\na.pop(0)\nos.system(a[0])", 1),
    ("a = []\na.append('x')\na.append(q)\na.append('y')\na.pop(0)\nos.system(a[1])", 0),
    ("a = ['x', q, 'y']\na.pop(0)\nos.system(a[0])", 1),
    ("a = ['x', q, 'y']\na.pop(0)\nos.system(a[1])", 0),
    ("a = []\na.insert(0, q)\nos.system(a[0])", 1),
    ("a = [q]\na.insert(0, 'x')\nos.system(a[0])", 0),
    ("a = []\na.append(q)\nos.system(' '.join(a))", 1),
    ("a = []\na.append('x')\nos.system(' '.join(a))", 0),
    ("a = ['x']\na.extend([q])\nos.system(a[-1])", 1),
    ("a = ['x', q]\nos.system(a[-1])", 1),
    ("a = [q, 'x']\nos.system(a[-1])", 0),
    ("a = ['x'] + [q]\nos.system(' '.join(a))", 1),
    ("a = {}\na['k'] = q\na['n'] = 'x'\nos.system(a['k'])", 1),
    ("a = {}\na['k'] = q\na['n'] = 'x'\nos.system(a['n'])", 0),
    ("a = {'k': 'x'}\na['k'] = q\nos.system(a['k'])", 1),
    ("a = {'k': q}\na['k'] = 'x'\nos.system(a['k'])", 0),
    ("a = {'k': q, 'n': 'x'}\nos.system(a.get('k'))", 1),
    ("a = {'k': q, 'n': 'x'}\nos.system(a.get('n'))", 0),
    ("a = {}\na.update({'k': q})\nos.system(a['k'])", 1),
    ("a = {}\na.update(k=q)\nos.system(a['k'])", 1),
    ("a = {}\na.setdefault('k', q)\nos.system(a['k'])", 1),
    ("a = dict(k=q, n='x')\nos.system(a['n'])", 0),
    ("a = {}\na['k'] = q\nos.system(' '.join(a.values()))", 1),
    ("a = {}\nfor k in ('x', 'y'):\n    a[k] = q\nos.system(a['x'])", 1),
    ("a = (1, q)\nos.system(a[1])", 1),
    ("_, b = 'x', q\nos.system(b)", 1),
    ("_, b = q, 'x'\nos.system(b)", 0),
    ("s = set()\ns.add(q)\nos.system(s.pop())", 1),
    (
        "import configparser\nc = configparser.ConfigParser()\nc.add_section('s')\nc.set('s', 'a', 'x')\nc.set('s', 'b', q)\nos.system(c.get('s', 'b'))",
        1,
    ),
    (
        "import configparser\nc = configparser.ConfigParser()\nc.add_section('s')\nc.set('s', 'a', 'x')\nc.set('s', 'b', q)\nos.system(c.get('s', 'a'))",
        0,
    ),
    (
        "import configparser\nc = configparser.ConfigParser()\nc['s'] = {}\nc['s']['b'] = q\nos.system(c['s']['b'])",
        1,
    ),
    ("os.system(q[1:])", 1),
    ("os.system(q[0])", 1),
    ("os.system('ls ' + q[:-1])", 1),
    ("b = ''\nfor c in q:\n    b += c\nos.system(b)", 1),
    ("b = 'ls %s' % (q,)\nos.system(b)", 1),
    ("b = 'ls %(q)s' % {'q': q}\nos.system(b)", 1),
    ("b = 'ls {q}'.format(q=q)\nos.system(b)", 1),
    ("b = 'ls %d' % int(q)\nos.system(b)", 0),
    ("b = ''.join([c for c in q])\nos.system(b)", 1),
    ("b = q.split(' ')[0]\nos.system(b)", 1),
    ("b = 'a-b'.split('-')\nos.system(b[0])", 0),
    ("b = 'x'.replace('x', q)\nos.system(b)", 1),
    ("b = re.sub(r'[^a-z]', '', q)\nos.system(b)", 0),
    ("b = re.sub(r'a', '', q)\nos.system(b)", 1),
    (
        "import base64\nb = base64.b64decode(base64.b64encode(q.encode('utf-8'))).decode('utf-8')\nos.system(b)",
        1,
    ),
    (
        "import base64\nt = base64.b64encode('x'.encode('utf-8'))\nb = base64.b64decode(t).decode('utf-8')\nos.system(b)",
        0,
    ),
    ("import urllib.parse\nos.system(urllib.parse.unquote(q))", 1),
    ("import urllib.parse\nos.system(urllib.parse.unquote_plus(request.get_data().decode()))", 1),
    ("import io\ns = io.StringIO()\ns.write('ls ')\ns.write(q)\nos.system(s.getvalue())", 1),
    ("import io\ns = io.StringIO()\ns.write('ls ')\nos.system(s.getvalue())", 0),
    ("import string\nos.system(string.Template('ls $q').substitute(q=q))", 1),
    ("os.system(f'{q!s}')", 1),
    ("n = 86\nb = 'x' if 7 * 42 - n > 200 else q\nos.system(b)", 0),
    ("n = 106\nb = 'x' if 7 * 18 + n < 200 else q\nos.system(b)", 1),
    ("n = 196\nif 500 // 42 + n > 200:\n    b = q\nelse:\n    b = 'x'\nos.system(b)", 1),
    ("n = 106\nif 7 * 42 - n > 200:\n    b = 'x'\nelse:\n    b = q\nos.system(b)", 1),
    ("n = 86\nif 7 * 42 - n > 200:\n    b = 'x'\nelse:\n    b = q\nos.system(b)", 0),
    (
        "g = 'ABC'\nt = g[1]\nmatch t:\n    case 'A':\n        b = q\n    case 'B':\n        b = 'x'\n    case 'C' | 'D':\n        b = q\n    case _:\n        b = 'y'\nos.system(b)",
        0,
    ),
    (
        "g = 'ABC'\nt = g[2]\nmatch t:\n    case 'A':\n        b = q\n    case 'B':\n        b = 'x'\n    case 'C' | 'D':\n        b = q\n    case _:\n        b = 'y'\nos.system(b)",
        1,
    ),
    ("match q:\n    case 'a':\n        b = 'ls'\n    case _:\n        b = 'df'\nos.system(b)", 0),
    (
        "match request.args['z']:\n    case 'a':\n        b = q\n    case _:\n        b = 'df'\nos.system(b)",
        1,
    ),
    ("b = 'x'\nif 'a' in 'abc':\n    b = q\nos.system(b)", 1),
    ("b = q\nif len('abc') == 3:\n    b = 'x'\nos.system(b)", 0),
    ("b = q if True else 'x'\nos.system(b)", 1),
    ("b = q if False else 'x'\nos.system(b)", 0),
    ("if q == 'a' or q == 'b':\n    os.system(q)", 0),
    ("if q == 'a' or z:\n    os.system(q)", 1),
    ("if q in ['a'] and z:\n    os.system(q)", 0),
    ("if not (q in ['a']):\n    return 'no'\nos.system(q)", 0),
    ("if len(q) > 5:\n    return 'no'\nos.system(q)", 1),
    ("while True:\n    q2 = q\n    break\nos.system(q2)", 1),
    ("try:\n    n = int(q)\nexcept ValueError:\n    return 'no'\nos.system(f'ls {n}')", 0),
    ("try:\n    int(q)\nexcept ValueError:\n    return 'no'\nos.system('ls ' + q)", 0),
    ("t = {'a': 'ls', 'b': 'df'}\nc = t.get(q)\nos.system(c)", 0),
    ("t = {'a': 'ls', 'b': 'df'}\nc = t.get(q, q)\nos.system(c)", 1),
    ("if q := request.args.get('z'):\n    os.system(q)", 1),
    ("os.system([x for x in request.args.getlist('q')][0])", 1),
    ("b = [x for x in ['ls'] if x == q]\nos.system(b[0])", 0),
    ("b, *rest = q.split()\nos.system(b)", 1),
    ("import json\nd = json.loads(request.data)\nos.system(d['a']['b'])", 1),
    ("d = request.get_json()\nos.system(d.get('a', 'x'))", 1),
    ("d = request.get_json()\nfor k, v in d.items():\n    os.system(v)", 1),
    ("for i, v in enumerate(request.args.getlist('q')):\n    os.system(v)", 1),
    ("for i, v in enumerate(['ls']):\n    os.system(v)", 0),
    ("v = request.headers.get('X')\nos.system(v)", 1),
    ("for name in request.form.keys():\n    os.system(name)", 1),
    ("v = request.cookies.get('X', 'n')\nos.system('a' + v)", 1),
    ("q = str(uuid.UUID(q))\nos.system(q)", 0),
    ("q = str(int(q))\nos.system(q)", 0),
    ("q = request.args.get('q', type=int)\nos.system(f'ls {q}')", 0),
    ("q = request.args.get('q', 1, type=int)\nos.system(f'ls {q}')", 0),
    ("q = request.args.get('q', type=str)\nos.system(f'ls {q}')", 1),
    ("from functools import partial\nf = partial(os.system, q)", 0),
    ("b = max(q, 'a')\nos.system(b)", 1),
    ("os.system(shlex.quote(q))", 1),
)
"""(body of a Flask view after ``q = request.args["q"]``, number of flows into ``os.system``)"""

PROGRAMS: Final = (
    (
        "class T:\n  def __init__(self, v):\n    self.v = v\n  def get(self):\n    return self.v\n@app.get('/x')\ndef v():\n  t = T(request.args['q'])\n  os.system(t.get())",
        1,
    ),
    (
        "class T:\n  def __init__(self, v):\n    self.v = v\n  def get(self):\n    return self.v\n@app.get('/x')\ndef v():\n  t = T('x')\n  os.system(t.get())",
        0,
    ),
    (
        "class T:\n  def __init__(self, v):\n    self.v = v\n  def get(self):\n    return self.v\n@app.get('/x')\ndef v():\n  u = T(request.args['q'])\n  t = T('x')\n  os.system(t.get())",
        0,
    ),
    (
        "class T:\n  def __init__(self, v):\n    self.v = v\n@app.get('/x')\ndef v():\n  t = T(request.args['q'])\n  os.system(t.v)",
        1,
    ),
    (
        "class T:\n  def __init__(self, v, w):\n    self.v = v\n    self.w = w\n@app.get('/x')\ndef v():\n  t = T(request.args['q'], 'x')\n  os.system(t.w)",
        0,
    ),
    (
        "class T:\n  def do(self, p):\n    return 'x'\n@app.get('/x')\ndef v():\n  os.system(T().do(request.args['q']))",
        0,
    ),
    (
        "class T:\n  def do(self, p):\n    b = p\n    return b\n@app.get('/x')\ndef v():\n  t = T()\n  os.system(t.do(request.args['q']))",
        1,
    ),
    (
        "class T:\n  @staticmethod\n  def do(p):\n    return p\n@app.get('/x')\ndef v():\n  os.system(T.do(request.args['q']))",
        1,
    ),
    (
        "class T:\n  @classmethod\n  def do(cls, p):\n    return p\n@app.get('/x')\ndef v():\n  os.system(T.do(request.args['q']))",
        1,
    ),
    (
        "from dataclasses import dataclass\n@dataclass\nclass T:\n  a: str\n  b: str\n@app.get('/x')\ndef v():\n  t = T(request.args['q'], 'x')\n  os.system(t.a)",
        1,
    ),
    (
        "from dataclasses import dataclass\n@dataclass\nclass T:\n  a: str\n  b: str\n@app.get('/x')\ndef v():\n  t = T(request.args['q'], 'x')\n  os.system(t.b)",
        0,
    ),
    (
        "from dataclasses import dataclass\n@dataclass\nclass T:\n  a: str\n  b: str\n@app.get('/x')\ndef v():\n  t = T(b=request.args['q'], a='x')\n  os.system(t.b)",
        1,
    ),
    (
        "def h(a, b='x'):\n  return b\n@app.get('/x')\ndef v():\n  os.system(h(request.args['q']))",
        0,
    ),
    ("def h(*a):\n  return a[0]\n@app.get('/x')\ndef v():\n  os.system(h(request.args['q']))", 1),
    (
        "def h(x):\n  yield x\n@app.get('/x')\ndef v():\n  for y in h(request.args['q']):\n    os.system(y)",
        1,
    ),
    (
        "def outer():\n  @app.get('/x')\n  def v():\n    def inner(p):\n      return p\n    os.system(inner(request.args['q']))",
        1,
    ),
    (
        "def run(c):\n  os.system(c)\n@app.get('/x')\ndef v():\n  [run(x) for x in request.args.getlist('q')]",
        1,
    ),
    ("def run(c):\n  os.system(c)\n@app.get('/x')\ndef v():\n  run(c=request.args['q'])", 1),
    ("S = 'ls'\n@app.get('/x')\ndef v():\n  os.system(S)", 0),
    ("@app.get('/x/<int:n>')\ndef v(n):\n  os.system(f'ls {n}')", 0),
    ("@app.get('/x/<path:n>')\ndef v(n):\n  os.system(f'ls {n}')", 1),
    (
        "from flask.views import MethodView\nclass V(MethodView):\n  def get(self, name):\n    os.system(name)",
        1,
    ),
    (
        "@app.route('/x', methods=['GET', 'POST'])\ndef v():\n  if request.method == 'POST':\n    os.system(request.form['q'])",
        1,
    ),
    (
        "def get_q():\n  q = request.args.get('q')\n  if not q:\n    return None\n  return q\n@app.get('/x')\ndef v():\n  q = get_q()\n  os.system(q)",
        1,
    ),
    (
        "def clean(q):\n  return re.sub(r'[^a-z]', '', q)\n@app.get('/x')\ndef v():\n  os.system(clean(request.args['q']))",
        0,
    ),
    (
        "def pair():\n  return 'x', request.args['q']\n@app.get('/x')\ndef v():\n  a, b = pair()\n  os.system(b)",
        1,
    ),
    (
        "def pair():\n  return 'x', request.args['q']\n@app.get('/x')\ndef v():\n  a, b = pair()\n  os.system(a)",
        0,
    ),
)
"""(module after the imports, number of flows)"""

SCRIPTS: Final = (
    ("const a = []; a.push('x'); a.push(req.query.q); exec(a[1])", 1),
    ("const a = []; a.push('x'); a.push(req.query.q); exec(a[0])", 0),
    ("const a = ['x', req.query.q]; a.shift(); exec(a[0])", 1),
    ("const a = [req.query.q, 'x']; a.shift(); exec(a[0])", 0),
    ("const a = []; a.push(req.query.q); exec(a.join(' '))", 1),
    ("const m = {}; m.k = req.query.q; m.n = 'x'; exec(m.n)", 0),
    ("const m = {}; m['k'] = req.query.q; exec(m['k'])", 1),
    ("const m = new Map(); m.set('k', req.query.q); m.set('n', 'x'); exec(m.get('k'))", 1),
    ("const m = new Map(); m.set('k', req.query.q); m.set('n', 'x'); exec(m.get('n'))", 0),
    ("const n = 86; const b = 7 * 42 - n > 200 ? 'x' : req.query.q; exec(b)", 0),
    ("const n = 106; const b = 7 * 18 + n < 200 ? 'x' : req.query.q; exec(b)", 1),
    (
        "const t = 'ABC'.charAt(1); let b; switch (t) { case 'A': b = req.query.q; break; case 'B': b = 'x'; break; default: b = req.query.q } exec(b)",
        0,
    ),
    (
        "const t = 'ABC'[2]; let b; switch (t) { case 'A': b = 'y'; break; case 'B': b = 'x'; break; default: b = req.query.q } exec(b)",
        1,
    ),
    ("const b = Buffer.from(req.query.q, 'base64').toString(); exec(b)", 1),
    ("exec(req.query.q.slice(1))", 1),
    ("exec(decodeURIComponent(req.query.q))", 1),
    ("exec(parseInt(req.query.q, 10))", 0),
    ("exec('ls ' + parseInt(req.query.q, 10))", 0),
    ("exec('ls ' + +req.query.q)", 0),
    ("exec('ls '.concat(req.query.q))", 1),
    ("exec(`ls ${req.query.q.replace(/[^a-z]/g, '')}`)", 0),
    ("exec(`ls ${req.query.q.replace(/a/g, '')}`)", 1),
    ("const { a, ...rest } = req.body; exec(rest.b)", 1),
    ("const [a, b] = req.body.all; exec(b)", 1),
    ("const [a, b] = ['x', req.query.q]; exec(a)", 0),
    ("const o = { ...req.body }; exec(o.x)", 1),
    ("const o = Object.assign({}, req.body); exec(o.x)", 1),
    ("const q = req.query.q?.trim() ?? 'x'; exec(q)", 1),
    ("const q = req.params['q']; exec(q)", 1),
    ("const q = req.get('X-Q'); exec(q)", 1),
    ("const q = req.headers['x-q']; exec(q)", 1),
    ("const q = req.param('q'); exec(q)", 1),
    (
        "class T { constructor(v) { this.v = v } get() { return this.v } } const t = new T(req.query.q); exec(t.get())",
        1,
    ),
    (
        "class T { constructor(v) { this.v = v } get() { return this.v } } const t = new T('x'); exec(t.get())",
        0,
    ),
    ("const f = async (x) => { return x }; f(req.query.q).then(y => exec(y))", 1),
    ("req.body.all.map(x => 'ls ' + x).forEach(c => exec(c))", 1),
    ("for (const k in req.body) { exec(k) }", 1),
    ("for (let i = 0; i < req.body.all.length; i++) { exec(req.body.all[i]) }", 1),
    (
        "const q = String(req.query.q); const ok = ['a', 'b']; if (!ok.includes(q)) { return } exec(q)",
        0,
    ),
    ("const cmds = { a: 'ls', b: 'df' }; exec(cmds[req.query.q])", 0),
    ("const cmds = { a: 'ls', b: 'df' }; const c = cmds[req.query.q]; if (c) exec(c)", 0),
    ("let c = ''; c += 'ls '; c += req.query.q; exec(c)", 1),
    ("try { exec(req.query.q) } catch (e) { }", 1),
    ("const cmd = ['ls', req.query.q].join(' '); exec(cmd)", 1),
    ("(function () { exec(req.query.q) })()", 1),
    ("const run = () => exec(req.query.q); run()", 1),
    ("const x = req.body; const y = x.a; const z = y.b; exec(z)", 1),
    ("if (req.query.q === 'ls') { exec(req.query.q) }", 0),
    ("if (typeof req.query.q !== 'string') return; exec(req.query.q)", 1),
    ("const url = new URL(req.url, 'http://x'); exec(url.searchParams.get('q'))", 1),
    ("const q = JSON.parse(req.body.q).x; exec(q)", 1),
)
"""(body of an Express handler, number of flows into ``exec``)"""


@pytest.mark.parametrize(("body", "count"), BODIES)
def test_python(body: str, count: int) -> None:
    assert len(in_handler("q = request.args['q']\n" + body)) == count


@pytest.mark.parametrize(("text", "count"), PROGRAMS)
def test_python_functions_and_classes(text: str, count: int) -> None:
    assert len(flows(HEAD + text)) == count


@pytest.mark.parametrize(("body", "count"), SCRIPTS)
def test_javascript(body: str, count: int) -> None:
    text = f"{NODE}app.get('/x', (req, res) => {{ {body} }});\n"
    assert len(flows(text, "typescript")) == count


def test_giving_up_is_said_once() -> None:
    sinks = "    os.system(a0)\n    os.system(a1)\n"
    parts = (f"a{n} = " + " + ".join(f"a{3 * n + i}" for i in (1, 2, 3)) for n in range(800))
    order = "".join(f"    {part}\n" for part in reversed(list(parts)))
    found = flows(HEAD + "@app.get('/x')\ndef v():\n" + order + sinks)
    assert [d.rule for d in found] == ["file/too-slow"]

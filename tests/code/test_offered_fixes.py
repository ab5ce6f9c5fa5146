"""Where a fix would be half a change, or another change than the one meant, none is offered.

What a fix makes of a place is shown on the rule's page.
"""

from __future__ import annotations

import pytest

from backspec import service
from backspec.config import Config
from backspec.languages import language_of
from backspec.model import Document
from backspec.project import Project
from backspec.text import apply_edits

DRF = "from rest_framework.response import Response\n"
JAVA_ORDER = """
@RestController
class Orders {
    record NewOrder(@NotBlank String name) { }

    @PostMapping("/orders")
    void place(@RequestBody NewOrder order) { }
}
"""
JAVA_WEB = (
    "import org.springframework.web.bind.annotation.PostMapping;\n"
    "import org.springframework.web.bind.annotation.RequestBody;\n"
    "import org.springframework.web.bind.annotation.RestController;\n"
)

IN_LOOP = "from shop.models import Product\n\ndef load(ids):\n    for i in ids:\n        {}\n"
RELATED = (
    "from shop.models import Order\n\ndef f():\n    orders = {}\n"
    "    for o in orders:\n        print({})\n"
)


def fix_of(rule: str, path: str, text: str) -> str | None:
    """The file after the first fix of the rule's first finding; None when there is no fix."""
    project = Project.open("/w", config=Config(profile="pedantic"))

    def found(text: bytes) -> list[tuple[object, ...]]:
        document = Document(f"/w/{path}", text, language_of(path))
        return [one.fixes for one in service.diagnose(document, project) if one.rule == rule]

    source = text.encode()
    reported = found(source)
    assert reported, "nothing reported"
    if not reported[0]:
        return None
    fixed = apply_edits(source, reported[0][0].edits)  # type: ignore[attr-defined]
    assert len(found(fixed)) < len(reported)
    return fixed.decode()


NOT_OFFERED = [
    # A form of Django cannot raise.
    (
        "validation/annotation-not-triggered",
        "a.py",
        DRF + "\ndef f(form):\n    form.is_valid()\n    return Response(form.validated_data)\n",
    ),
    # Constraints of another library: where `@Valid` comes from is not known.
    (
        "validation/annotation-not-triggered",
        "Orders.java",
        "import org.acme.NotBlank;\n" + JAVA_WEB + JAVA_ORDER,
    ),
    (
        "validation/annotation-not-triggered",
        "a.ts",
        "import * as v from 'valibot'\nexport function f(b: unknown) { v.safeParse(s, b); }\n",
    ),
    # The job takes the row itself, in this file.
    (
        "job/rich-argument",
        "shop/a.py",
        (
            "from celery import shared_task\nfrom django.shortcuts import get_object_or_404\n"
            "from shop.models import Order\n\n@shared_task\ndef send(order):\n    order.send()\n\n"
            "def pay(request, pk):\n    order = get_object_or_404(Order, pk=pk)\n"
            "    send.delay(order)\n"
        ),
    ),
    # The key is used for more than to read the row.
    ("orm/query-in-loop", "shop/a.py", IN_LOOP.format("print(i, Product.objects.get(pk=i))")),
    # What it gives is not told by its name.
    (
        "orm/query-in-loop",
        "shop/a.py",
        IN_LOOP.replace("ids", "users").format("f({})").format("Product.objects.get(pk=i)"),
    ),
    # The name of the row is taken.
    ("orm/query-in-loop", "shop/a.py", IN_LOOP.format("f(product, Product.objects.get(pk=i))")),
    # The key is read behind the loop.
    (
        "orm/query-in-loop",
        "shop/a.py",
        IN_LOOP.format("f(Product.objects.get(pk=i))") + "    return i\n",
    ),
    # It is not read by its primary key.
    ("orm/query-in-loop", "shop/a.py", IN_LOOP.format("f(Product.objects.get(code=i))")),
    (
        "orm/query-in-loop",
        "app/a.rb",
        "def names(ids)\n  ids.each_with_index { |id, at| show(User.find(id), at) }\nend\n",
    ),
    (
        "orm/query-in-loop",
        "app/a.php",
        (
            "<?php\nuse App\\Models\\Product;\n"
            "function f(array $ids) {\n"
            "foreach ($ids as $at => $id) { $a[$at] = Product::find($id); } }"
        ),
    ),
    # What is read of the relation asks again, whatever is loaded.
    ("orm/n-plus-one", "shop/a.py", RELATED.format("Order.objects.all()", "o.lines.all().first()")),
    # The query is put together step by step, or takes no relations.
    (
        "orm/n-plus-one",
        "shop/a.py",
        RELATED.format("Order.objects.all()\n    orders = orders.filter(a=1)", "o.lines.all()"),
    ),
    ("orm/n-plus-one", "shop/a.py", RELATED.format("Order.objects.iterator()", "o.lines.all()")),
    (
        "orm/n-plus-one",
        "app/a.rb",
        "def names\n  orders = Order.where open: true\n  orders.map { |o| o.customer.name }\nend\n",
    ),
    # Only a constant may stand there.
    (
        "secrets/hardcoded-credential",
        "Api.cs",
        'class Api { public const string ApiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"; }\n',
    ),
    (
        "secrets/hardcoded-credential",
        "api.go",
        'package api\n\nconst apiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"\n',
    ),
    (
        "secrets/hardcoded-credential",
        "Api.java",
        (
            'class Api {\n    static final String API_KEY = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na";\n\n'
            "    @Header(API_KEY)\n    void f() { }\n}\n"
        ),
    ),
    # Something else is called `os`.
    (
        "secrets/hardcoded-credential",
        "api.go",
        'package api\n\nvar apiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"\n\nfunc f(os string) { }\n',
    ),
    # A function of the project's own: what it does without a default is not known.
    (
        "secrets/weak-default-fallback",
        "api.go",
        'package api\n\nvar secret = getEnv("JWT_SECRET", "very-secret-9431")\n',
    ),
    # A generator that begins where it is told, or is made elsewhere.
    (
        "crypto/insecure-random",
        "A.java",
        (
            "import java.util.Random;\n\nclass A {\n    Random random = new Random(1);\n\n"
            "    String resetToken() { return Long.toHexString(random.nextLong()); }\n}\n"
        ),
    ),
    (
        "crypto/insecure-random",
        "A.cs",
        (
            "using System;\n\nclass A {\n    Random random = new Random();\n\n"
            "    string ResetCode() { return random.Next(100000, 1000000).ToString(); }\n}\n"
        ),
    ),
    # Something else is called `secrets`.
    (
        "crypto/insecure-random",
        "a.py",
        "import random\n\ndef reset_token(secrets):\n    return random.getrandbits(64)\n",
    ),
    # Nothing says that SecureRandom is loaded.
    ("crypto/insecure-random", "bin/a.rb", "def reset_token\n  rand(36**20).to_s(36)\nend\n"),
    # What a whole origin would be is not told, or there are several.
    ("cors/weak-origin-match", "shop/settings.py", 'CORS_ALLOWED_ORIGIN_REGEXES = [r"shop.com"]\n'),
    (
        "cors/weak-origin-match",
        "shop/settings.py",
        'CORS_ALLOWED_ORIGIN_REGEXES = [r"https://(shop|mail).shop.com"]\n',
    ),
    (
        "cors/weak-origin-match",
        "shop/settings.py",
        'CORS_ALLOWED_ORIGIN_REGEXES = ["https://\\\\w+.shop.com"]\n',
    ),
    # FastAPI has no status beside a body.
    (
        "error/catch-returns-success",
        "a.py",
        (
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/a')\ndef a():\n    try:\n"
            "        return load()\n    except LookupError:\n        return {'error': 'b'}\n"
        ),
    ),
    # Some ways through the block leave it before its end.
    (
        "queue/ack-before-work",
        "a.go",
        (
            'package worker\n\nimport amqp "github.com/rabbitmq/amqp091-go"\n\n'
            "func consume(orders <-chan amqp.Delivery) {\n"
            "\tfor one := range orders {\n\t\tone.Ack(false)\n"
            "\t\tif skip(one) {\n\t\t\tcontinue\n\t\t}\n\t\thandle(one)\n\t}\n}\n"
        ),
    ),
    # More than the one mistake stands in the condition.
    (
        "auth/role-check-always-true",
        "a.go",
        (
            "package shop\n\nfunc f(role string, ok bool) bool {\n"
            '\tif ok && role != "a" || role != "b" {\n\t\treturn false\n\t}\n\treturn true\n}\n'
        ),
    ),
    # The names are taken, or there is no function whose task it is.
    (
        "async/task-not-kept",
        "a.py",
        "import asyncio\n\nasync def f(task):\n    asyncio.create_task(task)\n",
    ),
    # `asyncio` is something else, or not what runs.
    (
        "async/blocking-http-in-async",
        "a.py",
        "import requests\nimport trio\n\nasync def f(url):\n    return requests.get(url)\n",
    ),
    # A time has no plain form that is meant.
    (
        "job/rich-argument",
        "app/a.rb",
        "def remind(order)\n  ReminderWorker.perform_async(order.id, Time.now)\nend\n",
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), NOT_OFFERED)
def test_no_half_change_is_offered(rule: str, path: str, text: str) -> None:
    assert fix_of(rule, path, text) is None


OFFERED = [
    # What is imported already is not imported again.
    (
        "validation/annotation-not-triggered",
        "Orders.java",
        "import javax.validation.Valid;\nimport javax.validation.constraints.NotBlank;\n"
        + JAVA_WEB
        + JAVA_ORDER,
        "import javax.validation.Valid;\nimport javax.validation.constraints.NotBlank;\n"
        + JAVA_WEB
        + JAVA_ORDER.replace("(@RequestBody", "(@Valid @RequestBody"),
    ),
    (
        "orm/query-in-loop",
        "shop/a.py",
        (
            "from shop.models import A\n\ndef f(a_ids):\n"
            "    return [A.objects.get(id=i).name for i in a_ids]\n"
        ),
        (
            "from shop.models import A\n\ndef f(a_ids):\n"
            "    return [a.name for a in A.objects.in_bulk(a_ids).values()]\n"
        ),
    ),
    # The import goes where its like stand.
    (
        "secrets/hardcoded-credential",
        "api.go",
        (
            'package api\n\nimport (\n\t"fmt"\n\t"strings"\n\n\t"github.com/a/b"\n)\n\n'
            'var apiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"\n'
        ),
        (
            'package api\n\nimport (\n\t"fmt"\n\t"os"\n\t"strings"\n\n\t"github.com/a/b"\n)\n\n'
            'var apiKey = os.Getenv("API_KEY")\n'
        ),
    ),
    (
        "secrets/hardcoded-credential",
        "api.go",
        'package api\n\nvar apiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na"\n',
        'package api\n\nimport "os"\n\nvar apiKey = os.Getenv("API_KEY")\n',
    ),
    (
        "secrets/hardcoded-credential",
        "Program.cs",
        (
            "var builder = WebApplication.CreateBuilder(args);\n"
            'var apiKey = "f2c9Qm7Zk1Xw8Ty4Lp0Vb6Na";\n'
        ),
        (
            "var builder = WebApplication.CreateBuilder(args);\n"
            'var apiKey = builder.Configuration["API_KEY"];\n'
        ),
    ),
    (
        "secrets/weak-default-fallback",
        "app/a.rb",
        'KEY = ENV.fetch("SECRET_KEY") { "development-secret" }\n',
        'KEY = ENV.fetch("SECRET_KEY")\n',
    ),
    (
        "crypto/insecure-random",
        "a.py",
        "import random\n\ndef reset_code():\n    return str(random.randint(0, 999999))\n",
        (
            "import random\nimport secrets\n\ndef reset_code():\n"
            "    return str(secrets.SystemRandom().randint(0, 999999))\n"
        ),
    ),
    (
        "crypto/insecure-random",
        "a.php",
        "<?php\n$resetToken = sha1(uniqid());\n",
        "<?php\n$resetToken = bin2hex(random_bytes(16));\n",
    ),
    (
        "error/catch-returns-success",
        "a.py",
        (
            "from flask import Flask\n\napp = Flask(__name__)\n"
            "\n@app.get('/a')\ndef a():\n    try:\n"
            "        return load()\n    except LookupError:\n        return {'error': 'b'}\n"
        ),
        (
            "from flask import Flask\n\napp = Flask(__name__)\n"
            "\n@app.get('/a')\ndef a():\n    try:\n"
            "        return load()\n    except LookupError:\n        return {'error': 'b'}, 500\n"
        ),
    ),
    (
        "transaction/client-outside-scope",
        "a.ts",
        (
            "import { Sequelize } from 'sequelize'\nconst db = new Sequelize('postgres://db/a')\n"
            "export const f = () => db.transaction(async (t) => {\n"
            "  await db.query('DELETE FROM a')\n})\n"
        ),
        (
            "import { Sequelize } from 'sequelize'\nconst db = new Sequelize('postgres://db/a')\n"
            "export const f = () => db.transaction(async (t) => {\n"
            "  await db.query('DELETE FROM a', { transaction: t })\n})\n"
        ),
    ),
    (
        "async/blocking-http-in-async",
        "a.py",
        "import requests\n\nasync def f(url):\n    return requests.get(url, timeout=3).json()\n",
        (
            "import asyncio\nimport requests\n\nasync def f(url):\n"
            "    return (await asyncio.to_thread(requests.get, url, timeout=3)).json()\n"
        ),
    ),
    (
        "async/blocking-sleep-io-in-async",
        "a.py",
        "from asyncio import gather\nimport time\n\nasync def f():\n    time.sleep(1)\n",
        (
            "import asyncio\nfrom asyncio import gather\nimport time\n\nasync def f():\n"
            "    await asyncio.sleep(1)\n"
        ),
    ),
    (
        "http-client/no-timeout",
        "a.go",
        (
            'package a\n\nimport "net/http"\n\nfunc f(t http.RoundTripper) *http.Client {\n'
            "\treturn &http.Client{Transport: t}\n}\n"
        ),
        (
            'package a\n\nimport (\n\t"net/http"\n\t"time"\n)\n\n'
            "func f(t http.RoundTripper) *http.Client {\n"
            "\treturn &http.Client{Timeout: 10 * time.Second, Transport: t}\n}\n"
        ),
    ),
    (
        "http-client/no-timeout",
        "a.go",
        (
            'package a\n\nimport (\n\t"net/http"\n)\n\nfunc f(r *http.Request) {\n'
            "\tvar client http.Client\n\tclient.Do(r)\n}\n"
        ),
        (
            'package a\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nfunc f(r *http.Request) {\n'
            "\tclient := http.Client{Timeout: 10 * time.Second}\n\tclient.Do(r)\n}\n"
        ),
    ),
    # All relations that the loop reads.
    (
        "orm/n-plus-one",
        "app/a.rb",
        (
            "def names\n  @orders = Order.where(open: true)\n"
            "  @orders.each { |o| show(o.customer.name, o.shop.name) }\nend\n"
        ),
        (
            "def names\n  @orders = Order.where(open: true).includes(:customer, :shop)\n"
            "  @orders.each { |o| show(o.customer.name, o.shop.name) }\nend\n"
        ),
    ),
    # Every row of a call, so that none is left.
    (
        "job/rich-argument",
        "shop/a.py",
        (
            "from django.shortcuts import get_object_or_404\nfrom shop.models import Order\n"
            "from shop.tasks import send\nfrom celery import chain\n\ndef pay(request, pk):\n"
            "    order = get_object_or_404(Order, pk=pk)\n"
            "    send.delay(order, 1, to=request.user)\n"
        ),
        (
            "from django.shortcuts import get_object_or_404\nfrom shop.models import Order\n"
            "from shop.tasks import send\nfrom celery import chain\n\ndef pay(request, pk):\n"
            "    order = get_object_or_404(Order, pk=pk)\n"
            "    send.delay(order.pk, 1, to=request.user.pk)\n"
        ),
    ),
]


@pytest.mark.parametrize(("rule", "path", "text", "wanted"), OFFERED)
def test_the_whole_change_is_offered(rule: str, path: str, text: str, wanted: str) -> None:
    assert fix_of(rule, path, text) == wanted

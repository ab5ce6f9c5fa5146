"""Settings files: what is read from them, and what is reported, by kind and stage."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec.code import analysis
from backspec.code.files.settings import facts
from backspec.code.files.settings_names import kind_of
from backspec.languages import language_of
from backspec.model import Document


def found(path: str, text: str) -> list[str]:
    language = language_of(path)
    document = Document("/" + path, text.encode(), language)
    return [d.rule for d in analysis.analyse(document, analysis.ruleset(language), path=path)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/main/resources/application.yml", ("java", "base")),
        ("src/main/resources/application-prod.properties", ("java", "production")),
        ("src/main/resources/application-dev.yaml", ("java", "development")),
        ("src/test/resources/application.yml", ("java", "development")),
        ("samples/shop/src/main/resources/application.yml", ("java", "development")),
        ("Web/appsettings.json", ("dotnet", "base")),
        ("Web/appsettings.Development.json", ("dotnet", "development")),
        ("Web/appsettings.Production.json", ("dotnet", "production")),
        (".env", ("dotenv", "base")),
        (".env.production", ("dotenv", "production")),
        (".env.example", ("dotenv", "development")),
        ("docker/app.env", ("dotenv", "base")),
        ("docker-compose.yml", ("compose", "base")),
        ("compose.prod.yaml", ("compose", "production")),
        ("docker-compose.override.yml", ("compose", "development")),
        ("config/packages/framework.yaml", ("symfony", "base")),
        ("config/packages/prod/framework.yaml", ("symfony", "production")),
        ("config/packages/test/framework.yaml", ("symfony", "development")),
        ("config/database.yml", ("rails", "base")),
        ("config/production.json", ("node", "production")),
        ("ormconfig.json", ("node", "base")),
        ("tsconfig.json", None),
        ("src/application.ts", None),
        ("locale/messages.properties", None),
        ("package.json", None),
        (".github/workflows/ci.yml", None),
    ],
)
def test_names_tell_kind_and_stage(path: str, expected: tuple[str, str] | None) -> None:
    assert kind_of(path) == expected


def keys(path: str, text: str) -> list[tuple[str, str, str]]:
    known = facts(text.encode(), path)
    assert known is not None
    for item in known.items:
        written = text.encode()[item.span.start : item.span.end].decode()
        assert item.value in written or "=" in written, "the span is the value's"
    return [(item.key, item.value, item.stage) for item in known.items]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("application.properties", "# x\n! y\na.b = c \nd:e\n%dev.f=g\nh=\n",
         [("a.b", "c", "base"), ("d", "e", "base"), ("f", "g", "development"), ("h", "", "base")]),
        (".env", "export A=b\nC='d e' # f\nG=\"h\"\n# I=j\nK=l # m\n",
         [("A", "b", "base"), ("C", "d e", "base"), ("G", "h", "base"), ("K", "l", "base")]),
        ("application.yml", "a:\n  b: c\n  d: [e, f]\n",
         [("a.b", "c", "base"), ("a.d", "e", "base"), ("a.d", "f", "base")]),
        ("application.yml", "a: b\n---\nspring:\n  config:\n    activate:\n      on-profile: dev\nc: d\n",
         [("a", "b", "base"), ("spring.config.activate.on-profile", "dev", "development"),
          ("c", "d", "development")]),
        ("application.yml", "'%prod':\n  a: b\n", [("a", "b", "production")]),
        ("appsettings.json", '{"A": {"B": 1, "C": true}}',
         [("A.B", "1", "base"), ("A.C", "true", "base")]),
        ("docker-compose.yml", "services:\n  a:\n    environment:\n      - B=c\n",
         [("services.a.environment.B", "c", "base")]),
        ("config/packages/a.yaml", "when@test:\n  a: b\n", [("a", "b", "development")]),
        ("config/database.yml", "development:\n  a: b\nproduction:\n  a: c\n",
         [("production.a", "c", "production")]),
        ("application.yml", "a: [", []),
        ("appsettings.json", "{", []),
    ],
)  # fmt: skip
def test_settings_are_read(path: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert keys(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "rules"),
    [
        ("application.properties", "spring.datasource.password=kX9vTq2Lm\n", ["secrets/hardcoded-credential"]),
        ("application.properties", "spring.datasource.password=Spring2024!\n", ["secrets/hardcoded-credential"]),
        ("application-prod.properties", "spring.datasource.password=hunter2!\n", ["secrets/hardcoded-credential"]),
        ("appsettings.json", '{"Smtp": {"Password": "Vq7#pLm29x"}}', ["secrets/hardcoded-credential"]),
        (".env", "DATABASE_URL=postgres://a:kX9vTq2Lm@db.shop.example.net/x\n", ["secrets/hardcoded-credential"]),
        (".env", "STRIPE=sk_live_4eC39HqLyjWDarjtT1zdp7dc\n", ["secrets/hardcoded-credential"]),
        ("config/database.yml", "production:\n  password: kX9vTq2Lm\n", ["secrets/hardcoded-credential"]),
        ("config/config.json", '{"production": {"password": "kX9vTq2Lm"}}', ["secrets/hardcoded-credential"]),
        ("compose.prod.yml", "services:\n  a:\n    environment:\n      DB_PASSWORD: kX9vTq2Lm\n", ["secrets/hardcoded-credential"]),
        ("application.yml", "jwt:\n  secret: kX9vTq2LmPz7RtY8wZc5\n", ["secrets/hardcoded-signing-key"]),
        (".env", "APP_KEY=base64:kX9vTq2LmPz7RtY8wZc5kX9vTq2LmPz7RtY8wZc5NfY=\n", ["secrets/hardcoded-signing-key"]),
        (".env.prod", "APP_ENV=dev\n", ["error/debug-mode-on"]),
        (".env", "APP_ENV=production\nAPP_DEBUG=true\n", ["error/debug-mode-on"]),
        ("docker-compose.prod.yml", "services:\n  a:\n    environment:\n      FLASK_DEBUG: '1'\n", ["error/debug-mode-on"]),
        ("application.yml", "server:\n  error:\n    include-stacktrace: always\n", ["error/debug-mode-on"]),
        ("application.properties", "quarkus.hibernate-orm.database.generation=drop-and-create\n", ["orm/schema-auto-sync"]),
        ("application.properties", "%prod.quarkus.hibernate-orm.database.generation=update\n", ["orm/schema-auto-sync"]),
        ("application.yml", "jpa:\n  default:\n    properties:\n      hibernate:\n        hbm2ddl:\n          auto: update\n", ["orm/schema-auto-sync"]),
        ("application.properties", "management.endpoint.shutdown.enabled=true\n", ["config/admin-endpoints-exposed"]),
        ("application.yml", "server:\n  servlet:\n    session:\n      cookie:\n        http-only: false\n", ["session/cookie-flags"]),
        ("application.yml", "spring:\n  cloud:\n    gateway:\n      globalcors:\n        cors-configurations:\n          '[/**]':\n            allowedOriginPatterns: '*'\n            allowCredentials: true\n", ["cors/wildcard-with-credentials"]),
        ("application.properties", "quarkus.tls.trust-all=true\n", ["crypto/tls-verification-off"]),
        ("appsettings.json", '{"ConnectionStrings": {"A": "Server=db.example.net;Database=a;TrustServerCertificate=True;"}}', ["crypto/tls-verification-off"]),
        ("config/packages/security.yaml", "security:\n  password_hashers:\n    App\\Entity\\User: plaintext\n", ["auth/fast-password-hash"]),
    ],
)  # fmt: skip
def test_what_is_reported(path: str, text: str, rules: list[str]) -> None:
    assert found(path, text) == rules


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("application.properties", "spring.datasource.password=${DB_PASSWORD}\n"),
        ("application.properties", "spring.datasource.password=${DB_PASSWORD:secret}\n"),
        ("application.properties", "spring.datasource.password=root\n"),
        ("application.properties", "spring.datasource.password=changeme1\n"),
        ("application.properties", "spring.datasource.url=jdbc:mysql://localhost/a\nspring.datasource.password=Spring2024!\n"),
        ("application.properties", "spring.datasource.password=ENC(kX9vTq2Lm)\n"),
        ("application-dev.properties", "spring.datasource.password=kX9vTq2Lm\n"),
        ("application.properties", "app.password.min-length=12\napp.token.header=X-Token-1234\n"),
        ("application.properties", "app.jwt.secret=${JWT_SECRET}\njwt.public-key=kX9vTq2LmPz7RtY8wZc5\n"),
        ("messages.properties", "login.password=kX9vTq2Lm\n"),
        ("appsettings.json", '{"ConnectionStrings": {"A": "Server=localhost;Password=Vq7#pLm29x;TrustServerCertificate=True;"}}'),
        ("appsettings.json", '{"ConnectionStrings": {"A": "Server=sqlserver;Password=Vq7#pLm29x;TrustServerCertificate=True;"}}'),
        (".env", "DATABASE_URL=postgres://postgres:postgres@db/x\n"),
        (".env", "APP_DEBUG=true\nAPP_ENV=local\n"),
        (".env", "NODE_ENV=development\n"),
        ("config/config.json", '{"development": {"password": "kX9vTq2Lm"}}'),
        ("ormconfig.json", '{"synchronize": false}'),
        (".env.example", "STRIPE_KEY=kX9vTq2LmPz7RtY8wZc5\nAPP_ENV=production\nAPP_DEBUG=true\n"),
        ("docker-compose.yml", "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: kX9vTq2Lm\n"),
        ("application.properties", "spring.jpa.hibernate.ddl-auto=validate\n"),
        ("application.properties", "spring.datasource.url=jdbc:h2:mem:a\nspring.jpa.hibernate.ddl-auto=create-drop\n"),
        ("application.properties", "%dev.quarkus.hibernate-orm.database.generation=drop-and-create\n"),
        ("application.yml", "spring:\n  profiles: dev\n  jpa:\n    hibernate:\n      ddl-auto: update\n"),
        ("application.properties", "management.endpoints.web.exposure.include=health\n"),
        ("application.properties", "server.servlet.session.cookie.secure=${COOKIE_SECURE:true}\n"),
        ("config/packages/nelmio_cors.yaml", "nelmio_cors:\n  defaults:\n    allow_origin: ['%env(CORS)%']\n    allow_credentials: true\n"),
        ("config/packages/nelmio_cors.yaml", "nelmio_cors:\n  defaults:\n    allow_credentials: true\n  paths:\n    /public: { allow_origin: ['*'] }\n"),
        ("config/packages/security.yaml", "security:\n  password_hashers:\n    App\\Entity\\User: auto\n"),
        ("config/packages/framework.yaml", "when@test:\n  framework:\n    csrf_protection: false\n"),
    ],
)  # fmt: skip
def test_what_is_not(path: str, text: str) -> None:
    assert found(path, text) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab.=:#'\"{}[]-,\n %&*!|>é\t", max_size=120), st.sampled_from(
    ["application.yml", "application.properties", ".env", "appsettings.json", "compose.yml"]
))  # fmt: skip
def test_any_text_is_read(text: str, path: str) -> None:
    known = facts(text.encode(), path)
    assert known is not None
    length = len(text.encode())
    assert all(0 <= item.span.start <= item.span.end <= length for item in known.items)

"""Checks on settings files: what they give away, leave open or change in production.

Each belongs to the rule whose page names it. Settings for a person's own machine are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.names import is_secret_name
from backspec.code.checks.secret_values import (
    VENDOR_SHAPES,
    is_placeholder,
    looks_chosen,
    looks_random,
)
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.settings import Setting, Settings

_TRUE: Final = frozenset(("true", "1", "yes", "on"))
_FALSE: Final = frozenset(("false", "0", "no", "off"))

# ---------------------------------------------------------------------------- secrets

_REFERENCE: Final = regex(
    r"\$\{|%env\(|\{\{|\$\(|#\{|<%|^ENC\(|\{cipher\}|^(?:vault|ref\+|secretsmanager|ssm|op|sm|keyvault):|"
    r"@Microsoft\.KeyVault|^\$[A-Za-z_]|^!|^<.*>$|^/(?:run|etc|var|opt)/|^file:|^classpath:"
)
_SIGNS: Final = regex(
    r"(?i)(?:jwt|signing)[\w.:-]*(?:secret|key)$|token[._-]?(?:secret|signing[._-]?key|secret[._-]?key)$"
    r"|secret[._-]?key[._-]?base$|^app[._-]?(?:secret|key)$|(?:session|cookie|auth|app)[._-]?secret$"
    r"|^(?:django[._-]?)?secret[._-]?key$|framework\.secret$"
)
_NO_SECRET: Final = regex(
    r"(?i)(?:public|public[._-]?key|expir\w*|ttl|validity|seconds|minutes|duration|header|prefix|issuer|audience|"
    r"algorithm|name|path|file|location|store|type|alias|uri|url|endpoint|id|format|policy|length|"
    r"enabled|required|field|parameter|param|class|provider|encoder|claim|site[._-]?key|publishable[._-]?key)$"
)
_URL: Final = regex(
    r"(?i)\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|ldaps?|smtps?)"
    r"(?:\+\w+)?://[^\s:/@]*:(?P<password>[^\s/@{}<>]+)@(?P<host>[^\s/:?,]+)"
)
_JDBC: Final = regex(
    r"(?i)^jdbc:[\w:]+?//(?P<host>[^/:;?,\s]+)[^\s]*?[?&;]password=(?P<password>[^&;\s]+)"
)
_CONNECTION: Final = regex(r"(?i)(?:^|;|\s)(?:password|pwd)\s*=\s*(?P<password>[^;\s]+)")
_SERVER: Final = regex(
    r"(?i)(?:^|;)\s*(?:server|data source|host|address)\s*=\s*(?:tcp:)?(?P<host>[^;,\s]+)"
)
_NEAR: Final = regex(
    r"(?i)^(?:localhost|127\.|0\.0\.0\.0|::1|\.|\(localdb\)|host\.docker\.internal|[a-z0-9_-]+$)"
)
"""Hosts on the same machine, or a service of the same compose file."""
_LOCAL: Final = regex(
    r"(?i)\blocalhost\b|127\.0\.0\.1|host\.docker\.internal|jdbc:(?:h2|hsqldb)|:mem:"
)
_DIGEST: Final = regex(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|\d[\d.]*[a-z]{0,3}")
_WELL_KNOWN: Final = frozenset(
    ("password", "secret", "root", "admin", "postgres", "mysql", "guest", "sa", "test", "user",
     "changeme", "pass", "passw0rd", "p@ssw0rd", "mypass", "toor", "redis", "rabbitmq", "dev")
)  # fmt: skip


def credential(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Passwords and keys that stand in a settings file."""
    for item in settings.items:
        if item.stage == "development":
            continue
        if settings.kind == "compose" and item.stage != "production":
            continue
        value = item.value
        if len(value) < 4 or _REFERENCE.search(value):
            continue
        shape = _vendor(value)
        if shape:
            yield Report(
                item.span, f"This is {shape}; anyone who can read the repository can use it"
            )
            continue
        found = _in_address(value)
        if found is not None:
            password, host = found
            is_far = not _NEAR.match(host) or item.stage == "production"
            if is_far and not is_placeholder(password) and password.lower() not in _WELL_KNOWN:
                yield Report(item.span, f"The password for `{host}` stands in the file")
            continue
        if not _is_secret(item) or _SIGNS.search(item.key):
            continue
        if _is_real(value, item.stage) or (_is_mixed(value) and not _is_near(item, settings)):
            yield Report(item.span, f"`{item.key}` is a secret in a file that everybody gets")


def signing_key(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Keys that sign sessions and tokens, in a settings file."""
    for item in settings.items:
        if item.stage == "development" or settings.kind == "compose":
            continue
        value = item.value
        if len(value) < 8 or _REFERENCE.search(value) or not _SIGNS.search(item.key):
            continue
        if _NO_SECRET.search(item.key) or "PUBLIC KEY" in value:
            continue
        # .NET's samples sign with a sentence.
        if " " in value and not (settings.kind == "dotnet" and _JWT_KEY.search(item.name)):
            continue
        is_sure = item.stage == "production" or looks_random(value) or looks_chosen(value)
        is_sentence = " " in value
        if _TO_DO.search(value) if is_sentence else is_placeholder(value):
            continue
        if not is_sure and len(value) < 16:
            continue
        yield Report(
            item.span,
            f"Whoever reads `{item.key}` here can sign sessions or tokens of anybody",
            severity=Severity.INFO if settings.kind == "dotenv" and item.stage == "base" else None,
        )


_JWT_KEY: Final = regex(r"jwt\w*\.(?:\w*key|secret)$|token(?:s|settings|options)?\.(?:key|secret)$")
_TO_DO: Final = regex(r"(?i)change|replace|your|insert|put |todo|placeholder|user-secrets|<|\[")


def _is_secret(item: Setting) -> bool:
    last = item.last
    if _says_something_else(item.value) or _NO_SECRET.search(item.key):
        return False
    return is_secret_name(last) or is_secret_name("_".join(item.key.split(".")[-2:]))


def _says_something_else(value: str) -> bool:
    """Whether a value is an address, prose, a flag or a number, and so no secret."""
    if "://" in value or value.startswith("jdbc:"):
        return True
    return " " in value.strip() or value.lower() in _TRUE | _FALSE or value.isdigit()


def _is_real(value: str, stage: str) -> bool:
    if is_placeholder(value) or value.lower() in _WELL_KNOWN:
        return False
    return looks_random(value) or (stage == "production" and looks_chosen(value))


def _is_mixed(value: str) -> bool:
    """Whether a value is what rules on passwords ask for: letters with digits, and long enough."""
    if len(value) < 8 or is_placeholder(value) or value.lower() in _WELL_KNOWN:
        return False
    has_letter = any(one.isalpha() for one in value)
    return has_letter and any(one.isdigit() for one in value) and not _DIGEST.fullmatch(value)


def _is_near(item: Setting, settings: Settings) -> bool:
    """Whether what a secret opens runs on the same machine, by the address beside it."""
    owner = item.name.rpartition(".")[0]
    return any(
        other.name.startswith(owner) and _LOCAL.search(other.value) for other in settings.items
    )


def _vendor(value: str) -> str:
    for what, mark, pattern in VENDOR_SHAPES:
        if mark.decode() in value and re.search(pattern, value) and not is_placeholder(value):
            return what
    return ""


def _in_address(value: str) -> tuple[str, str] | None:
    """The password and the host of a connection string."""
    found = _URL.search(value)
    if found is not None:
        return found["password"], found["host"]
    found = _JDBC.search(value)
    if found is not None:
        return found["password"], found["host"]
    found = _CONNECTION.search(value)
    if found is None or ";" not in value:
        return None
    server = _SERVER.search(value)
    return found["password"], server["host"] if server is not None else "localhost"


# ---------------------------------------------------------------------------- debugging

_DEBUG_FLAGS: Final = frozenset(("appdebug", "debug", "flaskdebug", "djangodebug", "symfonydebug"))
_STAGE_NAMES: Final = frozenset(
    ("appenv", "nodeenv", "railsenv", "rackenv", "flaskenv", "environment", "env", "djangoenv",
     "aspnetcoreenvironment", "dotnetenvironment", "goenv")
)  # fmt: skip
_DEBUG: Final = "error/debug-mode-on"


def debug_mode(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Error pages and tools for developers, switched on for everybody."""
    in_memory = settings.says("datasource.url", r"(?i)h2:mem|jdbc:h2|hsqldb")
    is_production = any(
        item.name.rpartition(".")[2] in _STAGE_NAMES
        and item.value.lower() in ("production", "prod")
        for item in settings.items
    )
    for item in settings.items:
        if item.stage == "development":
            continue
        name, value = item.name, item.value.lower()
        last = name.rpartition(".")[2]
        is_live = item.stage == "production" or is_production
        if name in ("server.error.includestacktrace", "spring.web.error.includestacktrace"):
            if value in ("always", "onparam", "on_param"):
                yield _off(item, "Clients get stack traces with every error", "never", _DEBUG)
        elif name == "spring.h2.console.enabled" and value in _TRUE and not in_memory:
            yield _off(
                item, "Whoever finds the H2 console reads and writes the database", "false", _DEBUG
            )
        elif settings.kind == "dotnet" and last == "detailederrors" and value in _TRUE:
            yield _off(item, "Clients get the details of every failure", "false", _DEBUG)
        elif settings.kind in ("dotenv", "compose", "docker"):
            if last in _DEBUG_FLAGS and value in _TRUE and is_live:
                yield _off(
                    item, "Clients of production see stack traces and settings", "false", _DEBUG
                )
                continue
            is_development = last in _STAGE_NAMES and value in ("dev", "development", "local")
            if is_development and (item.stage == "production" or settings.kind == "docker"):
                yield Report(item.span, "Production runs with the settings of development")


def _off(item: Setting, message: str, new: str, rule: str) -> Report:
    return Report(item.span, message, (_put(item, new, rule),))


def _put(item: Setting, new: str, rule: str) -> Fix:
    """Another value, in the quotes that the old one has."""
    width = item.span.end - item.span.start
    is_quoted = width >= len(item.value.encode()) + 2
    inner = Span(item.span.start + 1, item.span.end - 1) if is_quoted else item.span
    return Fix(f"Use `{new}`", (Edit(inner, new),), "unsafe", rule)


# ---------------------------------------------------------------------------- schema

_DROPS: Final = "Each start drops the tables and makes them anew"
_ALTERS: Final = "Each start changes the tables as it sees fit, and nobody looks at how"
_CHANGES: Final = frozenset(("update", "create", "create-drop", "drop-and-create", "drop"))


def auto_sync(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Tables that are changed, or dropped, when the program starts."""
    if settings.kind == "node":
        yield from _synchronized(settings)
    if settings.kind != "java":
        return
    if settings.says("datasource.url", r"(?i)jdbc:h2|hsqldb|sqlite|derby|:mem:"):
        return
    if settings.says("datasource.jdbc.url", r"(?i)jdbc:h2|hsqldb|sqlite|derby"):
        return
    for item in settings.items:
        name = item.name
        is_it = name.endswith(("jpa.hibernate.ddlauto", "hbm2ddl.auto")) or re.fullmatch(
            r"quarkus\.hibernateorm\.(?:[\w\"]+\.)?(?:database\.generation|schemamanagement\.strategy)",
            name,
        )
        if not is_it or item.stage == "development" or item.value.lower() not in _CHANGES:
            continue
        drops = "drop" in item.value.lower() or item.value.lower() == "create"
        what = _DROPS if drops else _ALTERS
        yield Report(
            item.span,
            what,
            (_put(item, "validate", "orm/schema-auto-sync"),),
            None if item.stage == "production" else Severity.WARNING,
        )


def _synchronized(settings: Settings) -> Iterator[Report]:
    """TypeORM's ``synchronize``."""
    for item in settings.items:
        is_it = item.last in ("synchronize", "dropSchema") and item.value.lower() in _TRUE
        if is_it and item.stage != "development":
            message = _DROPS if item.last == "dropSchema" else _ALTERS
            yield _off(item, message, "false", "orm/schema-auto-sync")


# ---------------------------------------------------------------------------- management

_EXPOSED: Final = ("management.endpoints.web.exposure.include",)


def endpoints_exposed(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Spring's management endpoints, opened to whoever reaches the port."""
    for item in settings.named(*_EXPOSED):
        if item.stage != "development" and item.value.strip() == "*":
            yield Report(
                item.span,
                "Every management endpoint is open, also those that show settings and memory",
                severity=None if item.stage == "production" else Severity.WARNING,
            )
    for item in settings.items:
        if item.stage == "development" or not item.name.startswith("management.endpoint."):
            continue
        if (item.name.endswith("shutdown.enabled") and item.value.lower() in _TRUE) or (
            item.name.endswith("shutdown.access") and item.value.lower() == "unrestricted"
        ):
            yield Report(item.span, "A request may stop the service")
        elif item.name.endswith("showvalues") and item.value.lower() == "always":
            yield Report(item.span, "The endpoint shows passwords and keys as they are")


# ---------------------------------------------------------------------------- cookies

_COOKIES: Final = {
    "server.servlet.session.cookie.secure": "Secure",
    "server.servlet.session.cookie.httponly": "HttpOnly",
    "server.reactive.session.cookie.secure": "Secure",
    "server.reactive.session.cookie.httponly": "HttpOnly",
    "framework.session.cookiesecure": "Secure",
    "framework.session.cookiehttponly": "HttpOnly",
    "quarkus.http.auth.form.httponlycookie": "HttpOnly",
    "micronaut.session.http.cookiesecure": "Secure",
    "micronaut.security.token.cookie.cookiesecure": "Secure",
    "micronaut.security.token.jwt.cookie.cookiesecure": "Secure",
    "micronaut.security.token.cookie.cookiehttponly": "HttpOnly",
}
_LARAVEL_COOKIES: Final = {"SESSION_SECURE_COOKIE": "Secure", "SESSION_HTTP_ONLY": "HttpOnly"}


def cookie_flags(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Session cookies without the flags that protect them."""
    for item in settings.items:
        label = _COOKIES.get(item.name)
        if label is None and settings.kind == "dotenv" and item.stage == "production":
            label = _LARAVEL_COOKIES.get(item.key)
        if label is not None and item.stage != "development" and item.value.lower() in _FALSE:
            yield _off(
                item,
                f"The session cookie goes out without `{label}`",
                "true",
                "session/cookie-flags",
            )


# ---------------------------------------------------------------------------- origins

_ORIGINS: Final = frozenset(
    ("alloworigin", "allowedorigins", "allowedoriginpatterns", "origins", "allowedoriginsregex")
)
_CREDENTIALS: Final = frozenset(("allowcredentials", "accesscontrolallowcredentials"))
_ANY: Final = frozenset(("*", "/.*/", ".*", "^.*$", "^.*", "http://*", "https://*"))


def any_origin(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Every site may act with the users' cookies."""
    opened = {
        (item.name.rpartition(".")[0])
        for item in settings.items
        if item.name.rpartition(".")[2] in _ORIGINS and item.value.strip() in _ANY
    }
    for item in settings.items:
        owner, _, last = item.name.rpartition(".")
        if last not in _CREDENTIALS or item.value.lower() not in _TRUE:
            continue
        if owner in opened and item.stage != "development":
            yield _off(
                item,
                "With these origins every site acts with your users' cookies",
                "false",
                "cors/wildcard-with-credentials",
            )


# ---------------------------------------------------------------------------- TLS

_UNCHECKED: Final = {
    "nodetlsrejectunauthorized": _FALSE,
    "pythonhttpsverify": _FALSE,
    "gitsslnoverify": _TRUE,
}
_TRUSTS_ALL: Final = regex(
    r"(?:^|\.)(?:trustall|skipsslvalidation|insecureskipverify|disablesslverification|trustallcertificates)$"
)
_TRUSTS: Final = regex(r"(?i)(?:^|[;?&])\s*trust\s?server\s?certificate\s*=\s*(?:true|yes)")
_TLS: Final = "crypto/tls-verification-off"


def tls_off(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Connections that accept any certificate."""
    for item in settings.items:
        if item.stage == "development":
            continue
        name, value = item.name, item.value.strip().lower()
        bad = _UNCHECKED.get(name.rpartition(".")[2])
        if bad is not None and value in bad:
            new = "1" if bad is _FALSE else "0"
            yield _off(item, f"`{item.last}` makes the program accept any certificate", new, _TLS)
        elif _TRUSTS_ALL.search(name) and value in _TRUE:
            yield _off(item, f"`{item.last}` accepts any certificate", "false", _TLS)
        elif _TRUSTS.search(item.value):
            server = _SERVER.search(item.value)
            if server is not None and not _NEAR.match(server["host"]):
                yield Report(
                    item.span, f"The connection to `{server['host']}` accepts any certificate"
                )


# ---------------------------------------------------------------------------- Compose

_OPEN_DATABASES: Final = {
    "POSTGRES_HOST_AUTH_METHOD": frozenset(("trust",)),
    "MYSQL_ALLOW_EMPTY_PASSWORD": _TRUE,
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": _TRUE,
    "ALLOW_EMPTY_PASSWORD": _TRUE,
}


def compose_hardening(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Compose services with the host's rights, and databases without a password."""
    if settings.kind != "compose":
        return
    for item in settings.items:
        if item.stage == "development":
            continue
        if item.last == "privileged" and item.value.lower() in _TRUE:
            yield Report(item.span, "A privileged container may do to the host whatever root may")
        elif item.last in ("volumes", "source") and item.value.startswith("/var/run/docker.sock"):
            yield Report(
                item.span,
                "Whoever gets into this container starts others as root of the host",
                severity=Severity.INFO if item.value.endswith(":ro") else None,
            )
        elif item.value.lower() in _OPEN_DATABASES.get(item.last, ()):
            yield Report(
                item.span,
                "The database lets everybody in who reaches its port",
                severity=None if item.stage == "production" else Severity.INFO,
            )


_PORTS: Final = {
    "5432": ("postgres", "PostgreSQL"),
    "3306": ("mysql|mariadb", "MySQL"),
    "27017": ("mongo", "MongoDB"),
    "6379": ("redis|valkey|keydb", "Redis"),
    "5672": ("rabbitmq", "RabbitMQ"),
    "9200": ("elasticsearch|opensearch", "Elasticsearch"),
    "1433": ("mssql|sql-server|azure-sql", "SQL Server"),
    "11211": ("memcached", "Memcached"),
}
_PUBLISHED: Final = regex(r"^(?:(?:0\.0\.0\.0|\[::\]):)?\d+:(?P<port>\d+)(?:/tcp)?$")
_GUARDS: Final = {
    "redis|valkey|keydb": r"requirepass|REDIS_PASSWORD|REDIS_ARGS|redis\.conf|valkey\.conf",
    "mongo": r"MONGO_INITDB_ROOT_|MONGODB_ROOT_PASSWORD|--auth|keyFile",
}


def compose_ports(settings: Settings, view: FileView) -> Iterator[Report]:
    """Compose services that open a database to everybody who reaches the host."""
    if settings.kind != "compose":
        return
    for item in settings.items:
        published = _PUBLISHED.match(item.value) if item.last == "ports" else None
        known = _PORTS.get(published["port"]) if published is not None else None
        if known is None or item.stage == "development":
            continue
        service = item.key.rpartition(".")[0]
        own = [one for one in settings.items if one.key.startswith(f"{service}.")]
        image = next((one.value for one in own if one.key == f"{service}.image"), "")
        if not re.search(known[0], image):
            continue
        guard = _GUARDS.get(known[0], "")
        said = "\n".join(f"{one.key} {one.value}" for one in own)
        is_open = bool(guard) and re.search(guard, said) is None
        yield Report(
            item.span,
            f"{known[1]} can be reached from outside of this host"
            + (", and asks for no password" if is_open else ""),
            severity=None if is_open else Severity.INFO,
            profile=None if item.stage == "production" else "strict",
        )
    del view


# ---------------------------------------------------------------------------- connections

_MULTI: Final = regex(r"(?i)[?&;](?:allowMultiQueries|allowLoadLocalInfile)=true")


def connection_options(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Connections on which one text may hold several statements, or read local files."""
    for item in settings.items:
        found = _MULTI.search(item.value) if "jdbc:" in item.value else None
        if found is None or item.stage == "development":
            continue
        name = found[0][1:].partition("=")[0]
        what = (
            "an injection may add statements of its own"
            if name.lower().startswith("allowmulti")
            else "whoever controls the server reads files of this machine"
        )
        yield Report(item.span, f"With `{name}`, {what}", severity=Severity.WARNING)


# ---------------------------------------------------------------------------- Symfony

_FAST: Final = regex(r"(?i)^(?:plaintext|md5|sha1)$")


def fast_hasher(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Symfony's password hashers that are no password hash."""
    if settings.kind != "symfony":
        return
    for item in settings.items:
        is_hasher = item.name.startswith(("security.passwordhashers.", "security.encoders."))
        is_name = item.name.endswith(".algorithm") or item.key.count(".") == 2
        if is_hasher and is_name and item.stage != "development" and _FAST.match(item.value):
            yield Report(
                item.span, f"`{item.value}` is made to be fast, so a stolen password is guessed"
            )


def csrf_disabled(settings: Settings, _view: FileView) -> Iterator[Report]:
    """Symfony's protection against forged requests, switched off for all forms."""
    if settings.kind != "symfony":
        return
    for item in settings.named("framework.csrfprotection", "framework.csrfprotection.enabled"):
        if item.stage != "development" and item.value.lower() in _FALSE:
            yield _off(
                item,
                "No form is checked for requests that another site forged",
                "true",
                "csrf/disabled",
            )

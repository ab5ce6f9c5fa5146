"""Checks on nginx's configuration: what a proxy gives away, or believes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.settings_names import is_for_development
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nginx import Configuration, Directive

_RULE: Final = "architecture/gateway-config"
_ADDRESSES: Final = regex(r"(?i)x-forwarded-for|x-real-ip|x-client-ip|true-client-ip")
_FROM_CLIENT: Final = regex(
    r"(?i)^\$\{?http_(?:x_forwarded_for|x_real_ip|x_client_ip|true_client_ip)\}?$"
)
_OLD: Final = regex(r"(?i)^(?:SSLv[23]|TLSv1(?:\.1)?)$")


def gateway(facts: Configuration, view: FileView) -> Iterator[Report]:
    """Files that no location was meant to give, and addresses that clients choose."""
    is_shown = is_for_development(view.path)
    for one in facts.directives:
        if one.name == "location":
            yield from _escape(one)
        elif is_shown:
            continue
        elif one.name == "autoindex" and _says(one, "on"):
            yield Report(
                Span(one.span.start, one.arguments[0].span.end),
                "Everybody can see which files there are",
            )
        elif one.name == "proxy_set_header" and len(one.arguments) == 2:
            name, value = one.arguments
            if _ADDRESSES.fullmatch(name.text) and _FROM_CLIENT.match(value.text):
                yield Report(
                    value.span,
                    f"Clients write `{name.text}` themselves: say `$remote_addr`, or"
                    " `$proxy_add_x_forwarded_for` to add the address",
                )


def _escape(location: Directive) -> Iterator[Report]:
    """``location /static`` with an alias that ends in a slash: ``/static../`` is one above."""
    given = location.arguments
    if not given or given[0].text in ("=", "~", "~*") or not given[-1].text.startswith("/"):
        return
    path = given[-1]
    for alias in location.all("alias"):
        target = alias.arguments[0].text if alias.arguments else ""
        if target.endswith("/") and not path.text.endswith("/"):
            at = path.span.end - (1 if path.span.end - path.span.start > len(path.text) else 0)
            fix = Fix(f"Use `{path.text}/`", (Edit(Span(at, at), "/"),), "unsafe", _RULE)
            yield Report(
                path.span,
                f"`{path.text}../` gives files from the folder above `{target}`",
                (fix,),
                severity=Severity.ERROR,
            )


def _says(one: Directive, value: str) -> bool:
    return len(one.arguments) == 1 and one.arguments[0].text.lower() == value


def old_tls(facts: Configuration, _view: FileView) -> Iterator[Report]:
    """Versions of TLS that nobody should speak any more."""
    for one in facts.directives:
        if one.name not in ("ssl_protocols", "proxy_ssl_protocols"):
            continue
        old = [argument for argument in one.arguments if _OLD.match(argument.text)]
        if old:
            yield Report(old[0].span, f"{old[0].text} is broken; TLSv1.2 is the least")

"""nginx's configuration: what it says, and texts that say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backspec import catalog
from backspec.code import analysis
from backspec.code.files import nginx
from backspec.model import Document

RULES = tuple(r for r in catalog.rules().values() if "nginx" in r.languages)
CONFIG = """\
# location /commented { alias /x/; }
http {
    upstream shop { server 10.0.0.1:8080; }
    server {
        ssl_protocols "TLSv1" TLSv1.2;
        location ^~ /static { alias ${root}/static/; autoindex  on ; }
        location / {
            proxy_pass http://shop/$1;
            proxy_set_header X-Real-IP "$http_x_real_ip";
        }
    }
}
"""


def diagnose(text: str, path: str = "deploy/nginx.conf") -> list[tuple[str, str]]:
    rules = analysis.ruleset("nginx", RULES, "pedantic")
    source = text.encode("utf-8", "replace")
    found = analysis.analyse(Document(path, source, "nginx"), rules, path=path)
    return [(d.rule, source[d.span.start : d.span.end].decode()) for d in found]


def test_what_a_configuration_says() -> None:
    found = nginx.facts(CONFIG.encode(), "nginx.conf")
    assert found is not None
    location = next(one for one in found.directives if one.name == "location")
    assert [argument.text for argument in location.arguments] == ["^~", "/static"]
    assert [one.arguments[0].text for one in location.all("alias")] == ["${root}/static/"]


def test_what_is_reported() -> None:
    assert diagnose(CONFIG) == [
        ("crypto/old-tls-version", '"TLSv1"'),
        ("architecture/gateway-config", "/static"),
        ("architecture/gateway-config", "autoindex  on"),
        ("architecture/gateway-config", '"$http_x_real_ip"'),
    ]


def test_files_for_development_may_be_open() -> None:
    assert [text for _, text in diagnose(CONFIG, "dev/nginx.conf")] == ['"TLSv1"', "/static"]


@pytest.mark.parametrize("text", ["", "nothing here", "[section]\nkey = value\n"])
def test_other_files_say_nothing(text: str) -> None:
    assert nginx.facts(text.encode(), "x.conf") is None


@given(
    st.integers(0, len(CONFIG)),
    st.integers(0, 30),
    st.sampled_from(["", "{", "}", ";", '"', "'", "#", "${", "\\", "é"]),
)
def test_no_text_is_too_broken(at: int, length: int, new: str) -> None:
    diagnose(CONFIG[:at] + new + CONFIG[at + length :])


@pytest.mark.parametrize("text", ["'\\" * 50_000, '"' * 100_000, "${" * 50_000, "a " * 50_000])
def test_long_texts_are_read_at_once(text: str) -> None:
    diagnose("server {\n" + text)

"""Checks on Dockerfiles: who runs, what is built on, what is fetched, what is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.docker import Dockerfile, Instruction

_ROOT_BY_DEFAULT: Final = regex(
    r"(?i)^(?:(?:docker\.io/|public\.ecr\.aws/docker/|mirror\.gcr\.io/)?(?:library/)?(?:debian|ubuntu|alpine|busybox|centos|"
    r"fedora|rockylinux|almalinux|amazonlinux|python|node|golang|go|openjdk|eclipse-temurin|amazoncorretto|"
    r"maven|gradle|php|ruby|rust|perl|elixir|erlang|nginx|httpd|tomcat|composer|oven/bun|denoland/deno|"
    r"bellsoft/[\w-]+|azul/[\w-]+|scratch)|mcr\.microsoft\.com/(?:dotnet|openjdk)/[\w./-]+|"
    r"gcr\.io/distroless/[\w.-]+)(?::(?![\w.-]*(?:nonroot|unprivileged|rootless))[\w.-]*)?(?:@\S+)?$"
)
"""Images of systems and languages, which start as root."""
_ROOT: Final = regex(r"^[\"']?(?:root|0)[\"']?(?::|$)")
_DROPS: Final = regex(
    r"\b(?:gosu|su-exec|setpriv|chpst|runuser|s6-setuidgid|capsh|tini-su)\b|entrypoint",
    re.IGNORECASE,
)
_INSTALLS: Final = regex(r"(?s)\b(?:install|add)\b.*\b(?:gosu|su-exec)\b")
_BUILDS: Final = regex(r"(?i)[/_\"' -](?:build|package|compile)(?:[._-][\w.]+)?(?=[\"' ]|$)")
"""Of a container that makes something, and ends."""
_PIPED: Final = regex(
    r"\b(?:curl|wget)\b[^|;&\n]*(?:\\\s*\n[^|;&\n]*)*\|\s*(?:sudo\s+)?(?:ba|z|da|a|k)?sh\b"
)
_FETCHED: Final = regex(r"^(?:--\S+\s+)*https?://")
_FOR_DEVELOPERS: Final = regex(
    r"\bflask(?:\"\s*,\s*\"|\s+)run\b|\bmanage\.py(?:\"\s*,\s*\"|\s+)runserver\b|\bartisan(?:\"\s*,\s*\"|\s+)serve\b"
    r"|\bnodemon\b|\bng(?:\"\s*,\s*\"|\s+)serve\b|\bdotnet(?:\"\s*,\s*\"|\s+)watch\b|--reload\b"
    r"|\bgo(?:\"\s*,\s*\"|\s+)run\b|\bphp(?:\"\s*,\s*\"|\s+)-S\b|\bts-node-dev\b|\bwebpack-dev-server\b"
)


def hardening(facts: Dockerfile, _view: FileView) -> Iterator[Report]:
    """Images that run as root, change by themselves, or fetch what nobody checked."""
    if facts.stage == "development":
        return
    known = {stage.name.lower() for stage in facts.stages if stage.name}
    final = facts.stages[-1]
    user = _user(facts)
    starts = final.last("CMD", "ENTRYPOINT")
    begun = [one.text for one in final.instructions if one.name in ("CMD", "ENTRYPOINT")]
    drops = any(map(_DROPS.search, begun)) or any(
        one.name == "RUN" and _INSTALLS.search(one.text) for one in final.instructions
    )
    is_service = starts is not None and not _BUILDS.search(starts.text)
    if starts is not None and is_service and not drops:
        if user is None and _ROOT_BY_DEFAULT.search(_base(facts)):
            yield Report(
                starts.whole,
                "The program runs as root: a hole in it is a hole in everything it can reach",
            )
        elif user is not None and _ROOT.match(user.text):
            yield Report(
                user.whole, "The program runs as root: switch to a user of its own at the end"
            )
    for stage in facts.stages:
        image = stage.image
        if image.lower() in known or image == "scratch" or "$" in image or "@sha256:" in image:
            continue
        if "/distroless/" in image and ":" not in image:
            continue  # which have the version in their names
        tag = image.rpartition("/")[2].partition(":")[2]
        if tag in ("", "latest"):
            yield Report(
                stage.start.whole,
                f"`{image}` is another image at each build; name a version",
                severity=Severity.INFO,
            )
    for one in facts.every("ADD"):
        if _FETCHED.match(one.text):
            yield Report(one.whole, "What this fetches is not checked; use `curl` with a checksum")
    for one in facts.every("RUN"):
        if _PIPED.search(one.text):
            yield Report(one.whole, "A script from the network runs here without being checked")
    for one in final.instructions:
        if one.name == "EXPOSE" and "22" in one.text.replace("/tcp", "").split():
            yield Report(one.whole, "A container needs no SSH server; use `docker exec`")


_ENVIRONMENT_FILE: Final = regex(
    r"(?:^|[\s,\[\"])(?:\./)?(?P<name>\.env(?:\.(?:prod(?:uction)?|local|live|staging))?)[\s\",]"
)


def environment_copied(facts: Dockerfile, _view: FileView) -> Iterator[Report]:
    """Images that a file with the secrets of an environment is put into."""
    if facts.stage == "development":
        return
    for one in facts.every("COPY", "ADD"):
        found = None if "--from=" in one.text else _ENVIRONMENT_FILE.search(one.text)
        if found is not None:
            yield Report(
                one.whole, f"Whoever gets the image reads all secrets of `{found['name']}`"
            )


def debug_server(facts: Dockerfile, _view: FileView) -> Iterator[Report]:
    """Images that start a server made for developers."""
    if facts.stage == "development" or re.search(r"(?i)dev|test", facts.stages[-1].name):
        return
    starts = facts.stages[-1].last("CMD") or facts.stages[-1].last("ENTRYPOINT")
    if starts is not None and _FOR_DEVELOPERS.search(starts.text):
        yield Report(
            starts.whole, "This server is for developers: it shows errors and takes few requests"
        )


def _user(facts: Dockerfile) -> Instruction | None:
    """The last ``USER`` on the way to the final image."""
    stage = facts.stages[-1]
    for _ in facts.stages:
        found = stage.last("USER")
        if found is not None:
            return found
        before = [one for one in facts.stages if one.name and one.name == stage.image]
        if not before:
            return None
        stage = before[-1]
    return None


def _base(facts: Dockerfile) -> str:
    """The image that the final stage goes back to."""
    stage = facts.stages[-1]
    for _ in facts.stages:
        before = [one for one in facts.stages if one.name and one.name == stage.image]
        if not before:
            break
        stage = before[-1]
    return stage.image

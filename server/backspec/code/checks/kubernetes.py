"""Checks on Kubernetes manifests: secrets that stand in them, and what workloads leave open."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.names import is_secret_name
from backspec.code.checks.secret_values import is_placeholder, looks_random
from backspec.code.files.settings_names import is_for_development
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.kubernetes import Manifest, Workload
    from backspec.code.files.nodes import Node
    from backspec.model import Profile

_UNSURE: Final[Profile] = "strict"
_NO_SECRET: Final = regex(
    r"(?i)user(?:name)?$|login$|host(?:name)?$|port$|\.crt$|\.pem$|_?url$|^ca[._-]|database$|email$|name$"
    r"|enabled$|_?file$|_?path$|version$|namespace$|region$|endpoint$|issuer$|audience$"
)
_REFERENCE: Final = regex(r"\$\{|\$\(|<|vault:|^ENC\[|AQ[A-Z]{2}|secretKeyRef")


def secret_in_manifest(facts: Manifest, view: FileView) -> Iterator[Report]:
    """Passwords and keys that stand in a manifest."""
    if is_for_development(view.path):
        return
    for node in facts.secrets:
        for key in ("stringData", "data"):
            listed = node.get(key)
            for name, _, value in listed.pairs() if listed is not None else ():
                text = value.value or ""
                if key == "data":
                    text = _decoded(text)
                if not _NO_SECRET.search(name) and _is_real(text):
                    yield Report(
                        value.span, f"`{name}` is a secret that everybody who reads the file knows"
                    )
    for one in facts.workloads:
        for container in one.containers:
            listed = container.get("env")
            for item in listed.items if listed is not None else ():
                name, given = item.text("name"), item.get("value")
                if given is None or not is_secret_name(name) or _NO_SECRET.search(name):
                    continue
                if _is_real(given.value or ""):
                    yield Report(
                        given.span,
                        f"`{name}` stands in the manifest; take it from a Secret with `valueFrom`",
                    )


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _is_real(text: str) -> bool:
    text = text.strip()
    if len(text) < 8 or " " in text or _REFERENCE.search(text) or is_placeholder(text):
        return False
    has_letter = any(one.isalpha() for one in text)
    return looks_random(text) or (has_letter and any(one.isdigit() for one in text))


# ---------------------------------------------------------------------------- workloads


def workload(facts: Manifest, view: FileView) -> Iterator[Report]:
    """Pods with the host's rights, without limits, or whose state nobody can ask for."""
    if is_for_development(view.path):
        return
    for one in facts.workloads:
        yield from _rights(one, one.pod)
        for container in one.containers:
            yield from _rights(one, container)
            yield from _image(container)
        if one.is_service:
            yield from _open(facts, one)


def _rights(one: Workload, node: Node) -> Iterator[Report]:
    context = node.get("securityContext")
    if context is not None:
        privileged, user = context.get("privileged"), context.get("runAsUser")
        if privileged is not None and privileged.value == "true":
            yield Report(
                privileged.span,
                "A privileged container may do to the node whatever root may",
                severity=Severity.WARNING,
            )
        elif user is not None and user.value == "0" and one.kind != "DaemonSet":
            yield Report(
                user.span,
                "The program runs as root: a hole in it is a hole in everything it can reach",
                severity=Severity.WARNING,
            )
    network = node.get("hostNetwork")
    if network is not None and network.value == "true" and one.is_service:
        yield Report(network.span, "The pods hear and reach all that the node does")


def _image(container: Node) -> Iterator[Report]:
    image = container.get("image")
    named = image.value or "" if image is not None else ""
    if image is None or not named or "$" in named or "@" in named:
        return
    tag = named.rpartition("/")[2].partition(":")[2]
    if tag in ("", "latest"):
        yield Report(image.span, f"`{named}` is another image at each start; name a version")


def _open(facts: Manifest, one: Workload) -> Iterator[Report]:
    """What a service does not say of its containers, one report for each."""
    listed = one.pod.get("containers")
    for container in listed.items if listed is not None else ():
        lacking = []
        if container.get("ports") is not None and container.get("readinessProbe") is None:
            lacking.append("readinessProbe")
        if container.get("resources", "limits", "memory") is None:
            lacking.append("memory limit")
        named = container.get("name")
        if not lacking or named is None:
            continue
        effects = {
            "readinessProbe": "it gets requests before it can answer",
            "memory limit": "it may take the memory of all others on the node",
        }
        what = " and no ".join(lacking)
        why = ", and ".join(effects[each] for each in lacking)
        yield Report(
            named.span,
            f"`{named.value}` has no {what}: {why}",
            severity=Severity.INFO,
        )
    replicas = one.node.get("spec", "replicas")
    if replicas is not None and replicas.value == "1" and facts.has_service:
        yield Report(
            replicas.span,
            "While this one pod is replaced, nobody answers",
            severity=Severity.HINT,
            profile=_UNSURE,
        )

"""Kubernetes manifests: workloads with their containers, and secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.files.nodes import read_all
from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.files.nodes import Node

_MARK: Final = regex(rb"(?m)^apiVersion:")
_TEMPLATES: Final = {
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
}
"""Where each kind of workload says what its pods are."""


@dataclass(slots=True, eq=False)
class Workload:
    """What runs pods."""

    kind: str
    name: str
    node: Node
    """All of it."""
    pod: Node
    """The specification of its pods."""
    containers: list[Node] = field(default_factory=list)

    @property
    def is_service(self) -> bool:
        """Whether its pods are to answer for as long as nobody stops them."""
        return self.kind in ("Deployment", "StatefulSet", "ReplicaSet")


@dataclass(slots=True)
class Manifest:
    """What one file says."""

    workloads: list[Workload] = field(default_factory=list)
    secrets: list[Node] = field(default_factory=list)
    has_service: bool = False


def facts(text: bytes, path: str) -> Manifest | None:
    """What a file says; None when it is no manifest, or one that is made from a template."""
    del path
    if not _MARK.search(text) or b"{{" in text:
        return None
    found = Manifest()
    for root in read_all(text, "yaml"):
        items = root.get("items")
        listed = items.items if root.text("kind") == "List" and items is not None else [root]
        for node in listed:
            _read(node, found)
    return found


def _read(node: Node, found: Manifest) -> None:
    kind = node.text("kind")
    if kind == "Secret":
        found.secrets.append(node)
    elif kind == "Service":
        found.has_service = True
    pod = node.get(*_TEMPLATES[kind]) if kind in _TEMPLATES else None
    if pod is None:
        return
    metadata = node.get("metadata")
    one = Workload(kind, metadata.text("name") if metadata is not None else "", node, pod)
    for key in ("containers", "initContainers"):
        listed = pod.get(key)
        one.containers += [c for c in (listed.items if listed else ()) if c.entries is not None]
    found.workloads.append(one)

"""Which files hold a backend's settings, and for which stage, by their names alone."""

from __future__ import annotations

import functools
import re
from typing import Final, Literal

from backspec.expressions import regex

Kind = Literal["java", "dotnet", "dotenv", "symfony", "rails", "compose", "docker", "node"]
Stage = Literal["development", "base", "production"]

_JAVA: Final = regex(r"^(?:application|bootstrap)(?:[-.]([\w-]+))?\.(?:ya?ml|properties)$")
_DOTNET: Final = regex(r"^appsettings(?:\.([\w.-]+))?\.json$", re.IGNORECASE)
_DOTENV: Final = regex(r"^\.?env(?:\.([\w.-]+))?$|^([\w-]+)\.env$")
_COMPOSE: Final = regex(r"^(?:docker-)?compose(?:[-.]([\w.-]+))?\.ya?ml$")
_DOCKER: Final = regex(r"^(?:Docker|Container)file(?:[-.]([\w.-]+))?$|^([\w.-]+)\.dockerfile$")
_SYMFONY: Final = regex(r"(?:^|/)config/(?:packages/(?:(\w+)/)?[\w-]+|services|security)\.ya?ml$")
_RAILS: Final = regex(r"(?:^|/)config/(?:database|secrets|storage|cable|redis)\.yml$")

_NODE: Final = regex(
    r"(?:^|/)(?:config/(?:config|default|production|prod|staging)|ormconfig(?:\.([\w-]+))?)\.json$"
)

_DEVELOPMENT: Final = regex(
    r"(?i)(?:^|[-_./])(?:dev|devel|develop|development|local|localhost|test|tests|testing|testcontainers|"
    r"ci|example|examples|sample|samples|dist|template|tpl|demo|demos|docs?|quickstart|"
    r"tutorials?|playground|sandbox|mock|fixtures?|devcontainer|dockerdev|playwright|cypress|dummy|e2e|it|integration|h2|override|workshop)(?=$|[-_./\d])"
)
_PRODUCTION: Final = regex(
    r"(?i)(?:^|[-_.])(?:prod|production|prd|live|release|heroku|cloud|aws|azure|k8s|kubernetes)(?=$|[-_.\d])"
)


@functools.lru_cache(maxsize=1024)
def kind_of(path: str) -> tuple[Kind, Stage] | None:
    """The kind and the stage of a settings file, by its path with ``/``; None for other files."""
    folder, _, name = path.rpartition("/")
    for pattern, kind in (
        (_JAVA, "java"),
        (_DOTNET, "dotnet"),
        (_DOTENV, "dotenv"),
        (_COMPOSE, "compose"),
        (_DOCKER, "docker"),
    ):
        found = pattern.match(name)
        if found is not None:
            suffix = next((one for one in found.groups() if one), "")
            return kind, _stage(folder, suffix)  # type: ignore[return-value] # one of the four
    found = _SYMFONY.search(path)
    if found is not None:
        return "symfony", _stage("", found[1] or "")
    if _RAILS.search(path):
        return "rails", "base"
    found = _NODE.search(path)
    if found is not None:
        return "node", _stage(folder, name.replace("config.json", ""))
    return None


def _stage(folder: str, suffix: str) -> Stage:
    """What a file is for, by what its name has in common with others'."""
    if _DEVELOPMENT.search(suffix) or _DEVELOPMENT.search(folder):
        return "development"
    return "production" if _PRODUCTION.search(suffix) else "base"


def is_for_development(path: str) -> bool:
    """Whether a file is for a person's own machine, for tests or for show, by its path."""
    return _DEVELOPMENT.search(path) is not None


def stage_of_profile(name: str, stage: Stage) -> Stage:
    """The stage of a profile, by its name."""
    if _PRODUCTION.search(name):
        return "production"
    return "development" if name and not name.startswith("!") else stage

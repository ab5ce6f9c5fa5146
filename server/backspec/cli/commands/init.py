"""``backspec init``."""

from __future__ import annotations

from pathlib import Path

import click

from backspec.config_file import CONFIG_NAME

CONFIG = """\
# Configuration of backspec. The nearest file of this name above a source file counts.
# Everything here is optional; what is commented out is the default.

# Which rules run: "recommended", "strict" (also less certain ones), "pedantic" (all).
# profile = "recommended"

# Files and folders to leave out, as in .gitignore. What .gitignore names is left out anyway, and so
# are dependencies, virtual environments, build output, generated and minified files.
# exclude = ["legacy/", "!vendor/"]

# Agent definitions whose topics choose rules, at their strictest profile.
# follow = [".claude/agents/backend.md"]

# Header keys of your own in agent files.
# extra-keys = ["owner", "team"]

# Larger files are named in a message instead of being analysed (bytes).
# max-file-size = 1048576

[rules]
# Severity of a rule or an area: "off", "hint", "info", "warning", "error".
# "http-client/no-timeout" = "error"
# "agent/*" = "warning"

# Which files are agent files of which dialect (`backspec dialects` lists them).
# [[dialects]]
# files = ["prompts/**/*.md"]
# dialect = "claude-subagent"
"""

EDITORS = {
    "neovim": """\
-- after/lsp or init.lua, Neovim 0.11 or newer
vim.lsp.config("backspec", {
  cmd = { "backspec", "server" },
  filetypes = { "markdown", "python", "javascript", "javascriptreact", "typescript",
    "typescriptreact", "toml" },
  root_markers = { "backspec.toml", ".git" },
})
vim.lsp.enable("backspec")
""",
    "helix": """\
# ~/.config/helix/languages.toml
[language-server.backspec]
command = "backspec"
args = ["server"]

[[language]]
name = "markdown"
language-servers = ["backspec"]

[[language]]
name = "python"
language-servers = ["pylsp", "backspec"]
""",
    "emacs": """\
;; init.el, eglot
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((markdown-mode python-mode python-ts-mode js-mode typescript-ts-mode)
                 . ("backspec" "server"))))
""",
    "vscode": """\
Install the extension from editors/vscode of the backspec repository; it finds `backspec` on PATH.
""",
}


@click.command("init", short_help="Write a commented configuration.")
@click.option("--editor", type=click.Choice(sorted(EDITORS)), help="Print what this editor needs.")
@click.option("--force", is_flag=True, help="Replace a configuration that exists.")
def command(editor: str | None, *, force: bool) -> None:
    """Write a commented backspec.toml here, or show how an editor starts the server."""
    if editor:
        click.echo(EDITORS[editor], nl=False)
        return
    path = Path.cwd() / CONFIG_NAME
    if path.exists() and not force:
        raise click.UsageError(f"{CONFIG_NAME} exists; --force replaces it")
    path.write_text(CONFIG, "utf-8", newline="\n")
    click.echo(f"Wrote {CONFIG_NAME}. Next: backspec check; editors: backspec init --editor NAME")

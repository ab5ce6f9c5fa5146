---@brief
---
--- https://backspec.dev
---
--- Language server for agent definition files (Claude Code, Copilot, Cursor and others) and for
--- smells in backend code.
---
--- Install the server into any environment on your `PATH` (`pipx install .` in a clone of the
--- project), put this file into `lsp/` of a directory on 'runtimepath' and enable it:
---
--- ```lua
--- vim.lsp.enable('backspec')
--- ```
---
--- Rules are chosen in the project's `backspec.toml`, so that the editor and the command line agree.
--- Editor settings:
---
--- ```lua
--- vim.lsp.config('backspec', {
---   settings = { backspec = { run = 'onSave' } }, -- 'onType' (default), 'onSave', 'off'
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'backspec', 'server' },
  filetypes = {
    'markdown',
    'python',
    'javascript',
    'javascriptreact',
    'typescript',
    'typescriptreact',
    'java',
    'cs',
    'go',
    'ruby',
    'php',
    'sql',
    'yaml',
    'json',
    'jsonc',
    'toml',
    'graphql',
    'proto',
    'jproperties',
    'env',
    'dockerfile',
    'xml',
    'nginx',
  },
  root_markers = { 'backspec.toml', '.backspec', '.git' },
  settings = { backspec = {} },
}

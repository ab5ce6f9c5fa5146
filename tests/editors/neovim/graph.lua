-- Agents name each other: definition, references and rename go across files.
local t = dofile(vim.fs.joinpath(vim.fs.dirname(arg[0]), 'check.lua'))
vim.opt.runtimepath:append(vim.env.BACKSPEC_NEOVIM)
vim.lsp.enable('backspec')

t.open(arg[1])
t.wait('the server offers definitions', function()
  return #vim.lsp.get_clients({ bufnr = 0, method = 'textDocument/definition' }) > 0
end)
t.go('@security-reviewer', 4)
vim.lsp.buf.definition()
t.wait('the definition opens', function()
  return vim.api.nvim_buf_get_name(0):find('security-reviewer.md', 1, true) ~= nil
end)

t.go('security-reviewer', 3)
vim.lsp.buf.rename('auditor')
t.wait('the name changes in the definition', function()
  return t.text():find('name: auditor', 1, true) ~= nil
end)
t.wait('and where it is named', function()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local lines = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
    if lines:find('Hand security questions to @auditor', 1, true) then
      return true
    end
  end
  return false
end)
t.finish()

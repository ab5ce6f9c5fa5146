-- A Python file: diagnostics, drawn and placed; hover; a quick fix; a suppression; editing.
local t = dofile(vim.fs.joinpath(vim.fs.dirname(arg[0]), 'check.lua'))
vim.opt.runtimepath:append(vim.env.BACKSPEC_NEOVIM)
vim.diagnostic.config({ virtual_text = true })
vim.lsp.enable('backspec')

t.open(arg[1])
local d = t.find('http-client/no-timeout')
t.check(d.source == 'backspec', 'the source is named', d.source)
t.check(d.message:find('requests.get', 1, true), 'the message names the call', d.message)
t.check(d.severity == vim.diagnostic.severity.WARN, 'the severity is a warning')
local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
t.check(line:sub(d.col + 1, d.end_col) == 'requests.get', 'the callee is underlined', line)

t.wait('the message is drawn beside the line', function()
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
    for _, chunk in ipairs(mark[4].virt_text or {}) do
      if chunk[1]:find('requests.get', 1, true) then
        return true
      end
    end
  end
  return false
end)

t.go('requests.get', 2)
vim.lsp.buf.hover()
local hover = t.float('hover')
t.check(hover:find('timeout', 1, true), 'hover explains the rule', hover)

t.act('timeout')
t.check(t.text():find('timeout=', 1, true), 'the quick fix adds a timeout', t.text())
t.wait('the diagnostic goes with it', function()
  return #t.diagnostics('http-client/no-timeout') == 0
end)

local unverified = t.find('auth/jwt-unverified')
t.go('jwt.decode', 2)
t.act('[Ii]gnore .*auth/jwt%-unverified')
t.check(t.text():find('backspec: ignore[auth/jwt-unverified]', 1, true), 'a comment is written')
t.wait('the comment silences it', function()
  return #t.diagnostics('auth/jwt-unverified') == 0
end)

vim.api.nvim_buf_set_lines(0, 0, -1, false, {
  'import requests',
  '',
  'label = "😀"; answer = requests.get("https://a.example")',
})
t.wait('after an emoji the place is right, in bytes', function()
  local found = t.diagnostics('http-client/no-timeout')[1]
  return found and found.lnum == 2 and found.col == 25
end)

vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'answer = 42' })
t.wait('an edit clears the rest', function()
  return #t.diagnostics() == 0
end)
t.finish()

-- An agent file: diagnostics in the header, completion, hover on a key and on a topic, a quick fix.
local t = dofile(vim.fs.joinpath(vim.fs.dirname(arg[0]), 'check.lua'))
vim.opt.runtimepath:append(vim.env.BACKSPEC_NEOVIM)
vim.lsp.enable('backspec')

t.open(arg[1])
t.check(vim.bo.filetype == 'markdown', 'the file type', vim.bo.filetype)
local d = t.find('agent/misspelt-key')
local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
t.check(line:sub(d.col + 1, d.end_col) == 'modle', 'the misspelt key is underlined', line)

t.go('modle', 1)
t.act('model')
t.check(t.text():find('\nmodel: sonnet', 1, true), 'the quick fix mends the key', t.text())
t.wait('its diagnostic goes', function()
  return #t.diagnostics('agent/misspelt-key') == 0
end)

t.go('tools:', 2)
vim.lsp.buf.hover()
local key = t.float('hover on a key')
t.check(key:lower():find('tools', 1, true), 'the key is explained', key)

t.go('connection pooling', 3)
vim.lsp.buf.hover()
local topic = t.float('hover on a topic')
t.check(topic:find('Connection pooling', 1, true), 'the topic is explained', topic)

t.go('model: sonnet')
vim.cmd.normal({ 'O', bang = true })
local labels = t.labels()
t.check(vim.tbl_contains(labels, 'color'), 'completion offers keys that are missing', labels)
t.check(not vim.tbl_contains(labels, 'tools'), 'and none that is there', labels)

t.finish()

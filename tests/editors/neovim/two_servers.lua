-- Two servers on one buffer: each keeps its own diagnostics, and both answer hover.
local t = dofile(vim.fs.joinpath(vim.fs.dirname(arg[0]), 'check.lua'))
vim.opt.runtimepath:append(vim.env.BACKSPEC_NEOVIM)
vim.lsp.config('other', {
  cmd = { vim.env.BACKSPEC_PYTHON, vim.env.BACKSPEC_OTHER_SERVER },
  filetypes = { 'python' },
  root_markers = { '.git' },
})
vim.lsp.enable({ 'other', 'backspec' })

t.open(arg[1])
t.find('http-client/no-timeout')
t.wait('the other server reports its own', function()
  return vim.iter(t.diagnostics()):any(function(d)
    return d.source == 'other'
  end)
end)
t.check(#vim.lsp.get_clients({ bufnr = 0 }) == 2, 'two clients')

t.go('requests.get', 2)
vim.lsp.buf.hover()
local hover = t.float('hover')
t.check(hover:find('timeout', 1, true), 'backspec is in the hover', hover)
t.check(hover:find('from the other server', 1, true), 'and so is the other server', hover)

t.act('timeout')
t.wait('a fix of ours clears ours only', function()
  return #t.diagnostics('http-client/no-timeout') == 0
end)
t.check(vim.iter(t.diagnostics()):any(function(d)
  return d.source == 'other'
end), 'the other diagnostic is still there')
t.finish()

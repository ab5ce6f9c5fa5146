-- Neovim before 0.11: the server is started by hand, as the help file says.
local t = dofile(vim.fs.joinpath(vim.fs.dirname(arg[0]), 'check.lua'))

-- The very lines of the help file, with the path filled in.
local help = table.concat(vim.fn.readfile(vim.fs.joinpath(vim.env.BACKSPEC_NEOVIM, 'doc/backspec.txt')), '\n')
local code = help:match('Start the server yourself: >lua\n(.-)\n<\n')
t.check(code ~= nil, 'the help file has the lines')
code = code:gsub('/path/to/editors/neovim', function()
  return vim.env.BACKSPEC_NEOVIM
end)
assert(load(code))()

t.open(arg[1])
t.find('http-client/no-timeout')
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
t.check(client.config.root_dir == vim.fn.getcwd(), 'the root is the project', client.config.root_dir)
vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'answer = 42' })
t.wait('an edit clears the diagnostics', function()
  return #t.diagnostics() == 0
end)
t.finish()

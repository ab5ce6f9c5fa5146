-- What the Neovim tests share. Run with: nvim --clean --headless -l TEST FILE...
-- A failed check prints why and ends Neovim with an error.
local M = {}

function M.check(holds, what, seen)
  if not holds then
    io.stderr:write('FAILED ' .. what .. (seen ~= nil and (': ' .. vim.inspect(seen)) or '') .. '\n')
    vim.cmd('cquit 1')
  end
  io.stdout:write('ok ' .. what .. '\n')
end

function M.wait(what, condition, ms)
  local last
  local done = vim.wait(ms or 20000, function()
    last = condition()
    return last
  end, 20)
  M.check(done, what, last)
  return last
end

--- Opens a file as a user does, with file type detection on.
function M.open(path)
  vim.cmd('filetype on')
  vim.cmd.edit(path)
  return vim.api.nvim_get_current_buf()
end

--- The diagnostics whose code is `rule`, or all.
function M.diagnostics(rule)
  return vim.tbl_filter(function(d)
    return rule == nil or d.code == rule
  end, vim.diagnostic.get(0))
end

function M.find(rule)
  return M.wait('diagnostic ' .. rule, function()
    return M.diagnostics(rule)[1]
  end)
end

--- Puts the cursor on the first place of a text; `into` characters further.
function M.go(text, into)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { row, column - 1 + (into or 0) })
      return
    end
  end
  M.check(false, 'the text is in the file: ' .. text)
end

function M.text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

--- What a floating window shows, once there is one.
function M.float(what)
  local content
  M.wait(what .. ' opens', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        local buffer = vim.api.nvim_win_get_buf(window)
        content = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
        vim.api.nvim_win_close(window, true)
        return true
      end
    end
    return false
  end)
  return content
end

--- The labels completion offers at the cursor.
function M.labels()
  local client = vim.lsp.get_clients({ name = 'backspec', bufnr = 0 })[1]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync('textDocument/completion', params, 10000, 0)
  local result = answer and answer.result or {}
  return vim.tbl_map(function(item)
    return item.label
  end, result.items or result)
end

--- Chooses the code action at the cursor whose title matches, as the menu would.
function M.act(pattern)
  local titles = {}
  local chosen = false
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    for _, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or item
      titles[#titles + 1] = title
      if not chosen and title:find(pattern) then
        chosen = true
        on_choice(item)
      end
    end
    vim.ui.select = select
    if not chosen then
      on_choice(nil)
    end
  end
  vim.lsp.buf.code_action()
  M.wait('the menu of code actions offers ' .. pattern, function()
    return chosen or (#titles > 0 and error(vim.inspect(titles)))
  end)
end

--- Ends the servers, and Neovim with success.
function M.finish()
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  M.wait('the server ends', function()
    return #vim.lsp.get_clients() == 0
  end, 5000)
  vim.cmd('qa!')
end

return M

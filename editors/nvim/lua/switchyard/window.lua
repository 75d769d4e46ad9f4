-- A window to read in: `q` closes it, and the same one is used again.
local M = {}

local function find(buf)
  local windows = vim.fn.win_findbuf(buf)
  return windows[1]
end

local function new_buffer(name)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buf, name)
  vim.bo[buf].bufhidden = 'wipe'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, desc = 'close' })
  return buf
end

local function existing(name)
  local buf = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]') .. '$')
  return buf ~= -1 and buf or nil
end

-- Show `lines` in the window of this name.
function M.show(name, lines)
  name = 'switchyard://' .. name
  local buf = existing(name) or new_buffer(name)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  vim.bo[buf].modifiable = false
  if not find(buf) then
    local height = math.min(#lines, math.floor(vim.o.lines / 2))
    vim.cmd(('botright %dsplit'):format(height))
    vim.api.nvim_win_set_buf(0, buf)
    vim.wo.wrap = true
    vim.wo.number = false
    vim.wo.list = false
    vim.bo[buf].filetype = 'switchyard'
  end
  vim.api.nvim_win_set_cursor(find(buf), { 1, 0 })
end

return M

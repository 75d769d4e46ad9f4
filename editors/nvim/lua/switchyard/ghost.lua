-- Draws ghost text. From Neovim 0.10 on it stands between what is before the
-- cursor and what is behind it; before, it lies over the line, so what is
-- behind the cursor is written behind it once more.
local places = require('switchyard.place')
local text = require('switchyard.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('switchyard')
local has_inline = vim.fn.has('nvim-0.10') == 1

function M.hide(buf)
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  end
end

-- The chunks of each line of `rest`, the first of which begins in `column` of
-- the screen.
local function rows_of(rest, column, tabstop)
  local rows = {}
  for i, line in ipairs(vim.split(rest, '\n', { plain = true })) do
    local shown = text.expand(line, i == 1 and column or 0, tabstop)
    rows[i] = { { shown, 'SwitchyardGhost' } }
  end
  return rows
end

-- Show `rest` at `place`; `hint` is written behind it, nil for none.
function M.show(place, rest, hint)
  local line = places.line(place.buf, place.row)
  local tabstop = vim.bo[place.buf].tabstop
  local column = vim.fn.strdisplaywidth(line:sub(1, place.col))
  local rows = rows_of(rest, column, tabstop)
  if hint then
    table.insert(rows[#rows], { ' ' .. hint, 'SwitchyardHint' })
  end
  if not has_inline and place.col < #line then
    local from = column + vim.fn.strdisplaywidth(rows[1][1][1])
    local behind = text.expand(line:sub(place.col + 1), from, tabstop)
    table.insert(rows[1], { behind, 'Normal' })
  end
  M.hide(place.buf)
  vim.api.nvim_buf_set_extmark(place.buf, namespace, place.row, place.col, {
    virt_text = rows[1],
    virt_text_pos = has_inline and 'inline' or 'overlay',
    virt_lines = #rows > 1 and vim.list_slice(rows, 2) or nil,
    hl_mode = 'combine',
  })
end

return M

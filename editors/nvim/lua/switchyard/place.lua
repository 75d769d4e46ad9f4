-- Where the cursor is in which text: changes with either.
local M = {}

-- Of the current window, which shows `buf`; row and byte from 0.
function M.now(buf)
  local cursor = vim.api.nvim_win_get_cursor(0)
  return {
    buf = buf,
    tick = vim.api.nvim_buf_get_changedtick(buf),
    row = cursor[1] - 1,
    col = cursor[2],
  }
end

function M.same_text(a, b)
  return a.buf == b.buf and a.tick == b.tick
end

function M.same(a, b)
  return M.same_text(a, b) and a.row == b.row and a.col == b.col
end

-- The text of row `row`; nil when the buffer has none.
function M.line(buf, row)
  return vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1]
end

-- What stands behind the cursor on its line.
function M.suffix(place)
  return M.line(place.buf, place.row):sub(place.col + 1)
end

return M

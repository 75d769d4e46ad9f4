-- Columns: Neovim counts bytes, a server what was agreed with it.
local M = {}

local modern = vim.fn.has('nvim-0.11') == 1

-- How long `text` is in units of `encoding`.
function M.length(text, encoding)
  if encoding == 'utf-8' then
    return #text
  end
  if modern then
    return vim.str_utfindex(text, encoding)
  end
  local utf32, utf16 = vim.str_utfindex(text)
  return encoding == 'utf-16' and utf16 or utf32
end

-- The byte at which unit `column` of `line` begins; its end where it is less.
function M.byte(line, column, encoding)
  if encoding == 'utf-8' then
    return math.min(column, #line)
  end
  if column >= M.length(line, encoding) then
    return #line
  end
  if modern then
    return vim.str_byteindex(line, encoding, column)
  end
  return vim.str_byteindex(line, column, encoding == 'utf-16')
end

return M

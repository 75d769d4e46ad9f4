-- Pieces of a completion, as they are accepted.
local M = {}

function M.whole(text)
  return text
end

-- Up to the end of the line; from its end, the next line as well.
function M.line(text)
  return text:match('^\n?[^\n]*')
end

-- Up to the end of the next word, with what stands before it on its line. A
-- byte from 128 on is part of a letter.
function M.word(text)
  return text:match('^\n?[^%w_\128-\255\n]*[%w_\128-\255]+') or M.line(text)
end

-- `text` on one line with its tabs as spaces, where it begins in `column` of
-- the screen.
function M.expand(text, column, tabstop)
  local out = ''
  local first = true
  for _, piece in ipairs(vim.split(text, '\t', { plain = true })) do
    if not first then
      local used = column + vim.fn.strdisplaywidth(out)
      out = out .. (' '):rep(tabstop - used % tabstop)
    end
    out, first = out .. piece, false
  end
  return out
end

return M

-- A completion that the server gave: { raw, text, row, col }. `raw` is as it
-- came, `text` begins at byte `col` of line `row`, both from 0.
local lsp = require('switchyard.lsp')
local places = require('switchyard.place')
local position = require('switchyard.position')

local M = {}

-- What of the item is not typed yet, and how many bytes are; nil where the
-- text before the cursor is no longer its beginning.
function M.rest(item, place)
  local row, col = item.row, item.col
  if place.row < row or (place.row == row and place.col < col) then
    return nil
  end
  local lines =
    vim.api.nvim_buf_get_text(place.buf, row, col, place.row, place.col, {})
  local typed = table.concat(lines, '\n')
  if item.text:sub(1, #typed) ~= typed or #typed >= #item.text then
    return nil
  end
  return item.text:sub(#typed + 1), #typed
end

local function new(raw, client, place)
  local start = raw.range and raw.range.start
  local line = start and places.line(place.buf, start.line)
  local item =
    { raw = raw, text = raw.insertText, row = place.row, col = place.col }
  if line then
    item.row = start.line
    item.col = position.byte(line, start.character, client.offset_encoding)
  end
  return item
end

-- Those of an answer that fit the text at `place`.
function M.list(result, client, place)
  local items = {}
  for _, raw in ipairs(result.items or result) do
    local item = new(raw, client, place)
    -- LSP has snippets, too; this server sends none.
    if type(item.text) == 'string' and M.rest(item, place) then
      table.insert(items, item)
    end
  end
  return items
end

-- --- what the server is told of it

function M.tell_shown(item, client)
  if not item.told then
    item.told = true
    local params = { item = item.raw }
    lsp.notify(client, 'textDocument/didShowCompletion', params)
  end
end

function M.tell_accepted(item, client, buf)
  if item.raw.command then
    lsp.run_command(client, item.raw.command, buf)
  end
end

-- `bytes` of its text are in the buffer now.
function M.tell_accepted_partly(item, client, bytes)
  lsp.notify(client, 'textDocument/didPartiallyAcceptCompletion', {
    item = item.raw,
    acceptedLength = position.length(item.text:sub(1, bytes), 'utf-16'),
  })
end

return M

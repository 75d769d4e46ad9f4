-- Ghost text: asks while somebody types, shows what comes, follows what is
-- typed along with it, and puts it into the buffer, all of it or a piece.
--
--   (nothing) --text changed--> ASKED --an answer--> SHOWN --accepted--> (…)
--       ^                         |                   | ^
--       +-- other text, cancel ---+--- other text ----+ +- typed along, or a
--                                                          piece accepted
--
-- From 0.12 on Neovim asks and shows by itself (native.lua); then this accepts
-- pieces, and shows what is left of one until Neovim does.
local ghost = require('switchyard.ghost')
local items = require('switchyard.item')
local lsp = require('switchyard.lsp')
local native = require('switchyard.native')
local places = require('switchyard.place')
local text = require('switchyard.text')

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2

local pending -- { client, id, buf, place }: the request under way
local shown -- { client, items, index, suffix, place }: what is shown
local last_place -- where it was looked last
local asking = false -- inside of ask()

local function in_insert_mode()
  return vim.api.nvim_get_mode().mode:sub(1, 1) == 'i'
end

-- Whether the built-in menu has put one of its items into the text.
local function menu_selects()
  return vim.fn.pumvisible() == 1
    and vim.fn.complete_info({ 'selected' }).selected ~= -1
end

-- --- showing

local function clear()
  if shown then
    ghost.hide(shown.place.buf)
  end
  shown = nil
end

local function cancel()
  if pending then
    lsp.cancel(pending.client, pending.id)
  end
  pending = nil
end

local function draw(place)
  local item = shown.items[shown.index]
  local hint = #shown.items > 1
    and ('%d/%d'):format(shown.index, #shown.items)
  shown.place = place
  ghost.show(place, items.rest(item, place), hint or nil)
  items.tell_shown(item, shown.client)
end

local function show(client, list, place)
  clear()
  if #list > 0 and not menu_selects() then
    shown = {
      client = client,
      items = list,
      index = 1,
      suffix = places.suffix(place),
    }
    draw(place)
  end
end

-- Whether what is shown still fits: the cursor did not wander, the text before
-- it was typed along, and what is behind it is as it was.
local function still_fits(place)
  local wandered = places.same_text(place, shown.place)
    and not places.same(place, shown.place)
  return place.buf == shown.place.buf
    and not wandered
    and not menu_selects()
    and items.rest(shown.items[shown.index], place)
    and places.suffix(place) == shown.suffix
end

-- --- asking

local function on_answer(request, result)
  if pending ~= request then
    return
  end
  pending = nil
  -- null: a newer request has the answer; what is shown may stay.
  if not result or result == vim.NIL or not in_insert_mode() then
    return
  end
  local place = places.now(vim.api.nvim_get_current_buf())
  if places.same(place, request.place) then
    show(request.client, items.list(result, request.client, place), place)
  end
  require('switchyard.status').changed(request.place.buf)
end

local function ask(buf, kind)
  local client = lsp.client(buf)
  cancel()
  if not client then
    return false
  end
  local request = { client = client, place = places.now(buf) }
  local params = lsp.position_params(client)
  params.context = { triggerKind = kind }
  pending, asking = request, true
  request.id = lsp.request(client, METHOD, params, function(_, result)
    on_answer(request, result)
  end, buf)
  asking = false
  if not request.id then
    pending = nil
  end
  return request.id ~= nil
end

-- --- what happens in the editor

local function is_typing(buf)
  return vim.bo[buf].buftype == ''
    and not vim.o.paste
    and vim.fn.reg_executing() == ''
end

local function on_change(entered)
  local buf = vim.api.nvim_get_current_buf()
  local place = places.now(buf)
  local before = last_place
  if not entered and before and places.same(place, before) then
    return
  end
  last_place = place
  if shown and still_fits(place) then
    draw(place)
    return
  end
  clear()
  if native.has then
    return -- Neovim asks
  end
  local edited = entered or not before or not places.same_text(place, before)
  if edited and is_typing(buf) and not menu_selects() then
    ask(buf, AUTOMATIC)
  else
    cancel()
  end
end

local function on_enter()
  -- Only afterwards is the cursor where it will be.
  vim.schedule(function()
    if in_insert_mode() then
      on_change(true)
    end
  end)
end

local function on_leave()
  cancel()
  clear()
  last_place = nil
end

local function watch()
  local group = vim.api.nvim_create_augroup('switchyard.inline', {})
  local function on(events, callback)
    local options = { group = group, callback = callback }
    vim.api.nvim_create_autocmd(events, options)
  end
  on('InsertEnter', on_enter)
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, function()
    on_change(false)
  end)
  on({ 'InsertLeave', 'BufLeave' }, on_leave)
end

-- Neovim shows it now.
local function on_native(client, list, place)
  if not in_insert_mode() then
    return
  end
  clear()
  if #list > 0 then
    items.tell_shown(list[1], client)
  end
  require('switchyard.status').changed(place.buf)
end

-- --- accepting

-- So that one undo takes back what was accepted and nothing else.
local function break_undo()
  vim.cmd('let &l:undolevels = &l:undolevels')
end

local function insert(place, piece)
  local buf, row, col = place.buf, place.row, place.col
  local lines = vim.split(piece, '\n', { plain = true })
  local last = #lines[#lines]
  break_undo()
  vim.api.nvim_buf_set_text(buf, row, col, row, col, lines)
  local after = #lines == 1 and col + last or last
  vim.api.nvim_win_set_cursor(0, { row + #lines, after })
end

-- Puts the piece that `take` takes of the item into the buffer; false when
-- the text has changed so that it no longer fits.
local function accept_item(client, item, take)
  local place = places.now(vim.api.nvim_get_current_buf())
  local rest, typed = items.rest(item, place)
  if not rest then
    return false
  end
  local piece = take(rest)
  cancel()
  clear()
  insert(place, piece)
  if piece == rest then
    items.tell_accepted(item, client, place.buf)
    return true
  end
  items.tell_accepted_partly(item, client, typed + #piece)
  last_place = places.now(place.buf)
  show(client, { item }, last_place)
  return true
end

local function accept(take)
  if shown then
    return accept_item(shown.client, shown.items[shown.index], take)
  end
  return native.has
    and native.accept(function(client, item)
      accept_item(client, item, take)
    end)
end

function M.accept()
  return accept(text.whole)
end

function M.accept_word()
  return accept(text.word)
end

function M.accept_line()
  return accept(text.line)
end

-- --- choosing

-- Show the one that is `step` further; ask when none is shown.
local function choose(step)
  if native.is_visible() then
    native.choose(step)
  elseif not shown then
    return ask(vim.api.nvim_get_current_buf(), INVOKED)
  else
    shown.index = (shown.index - 1 + step) % #shown.items + 1
    draw(shown.place)
  end
  return true
end

function M.next()
  return choose(1)
end

function M.previous()
  return choose(-1)
end

-- What is shown stays until the better one is there.
function M.refresh(uri)
  local buf = vim.api.nvim_get_current_buf()
  local is_here = shown
    and shown.place.buf == buf
    and vim.uri_from_bufnr(buf) == uri
  if is_here and in_insert_mode() and still_fits(places.now(buf)) then
    ask(buf, AUTOMATIC)
  end
end

-- Returns false when nothing was shown.
function M.dismiss()
  local was_shown = shown ~= nil
  cancel()
  clear()
  return was_shown or (native.is_visible() and native.dismiss())
end

function M.is_visible()
  return shown ~= nil or native.is_visible()
end

-- --- a buffer and its server

function M.attach(client, buf)
  watch()
  if native.has then
    native.watch(client, buf, function()
      return asking
    end, on_native)
  elseif buf == vim.api.nvim_get_current_buf() and in_insert_mode() then
    on_change(true)
  end
end

return M

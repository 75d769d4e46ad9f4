-- Neovim's own inline completion, from 0.12 on. It asks and shows without
-- telling anybody, so what it is answered is read as it passes by.
local items = require('switchyard.item')
local places = require('switchyard.place')

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local NAMESPACE = 'nvim.lsp.inline_completion'

M.has = vim.lsp.inline_completion ~= nil

local last -- { client, items }: what it was answered last
local watched = {} -- clients

-- Calls `on_items(client, items, place)` for what Neovim shows from now on in
-- the buffer. `is_ours()` tells that the request under way is not Neovim's.
function M.watch(client, buf, is_ours, on_items)
  vim.lsp.inline_completion.enable(true, { bufnr = buf })
  if watched[client.id] then
    return
  end
  watched[client.id] = true
  local request = client.rpc.request
  client.rpc.request = function(method, params, callback, ...)
    if method ~= METHOD or is_ours() then
      return request(method, params, callback, ...)
    end
    local place = places.now(vim.api.nvim_get_current_buf())
    return request(method, params, function(err, result, ...)
      callback(err, result, ...)
      -- null: what is shown stays.
      local answered = not err and result and result ~= vim.NIL
      if answered and vim.api.nvim_buf_is_valid(place.buf) then
        last = { client = client, items = items.list(result, client, place) }
        on_items(client, last.items, place)
      end
    end, ...)
  end
end

function M.is_visible()
  local namespace = M.has and vim.api.nvim_get_namespaces()[NAMESPACE]
  if not namespace then
    return false
  end
  local first = { limit = 1 }
  local marks = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, first)
  return #marks > 0
end

-- The item that Neovim has chosen, among those that it was answered.
local function find(chosen)
  for _, item in ipairs(last and last.items or {}) do
    local command = item.raw.command
    if command and vim.deep_equal(command, chosen.command) then
      return item
    end
  end
end

-- Calls `put(client, item)` for the item that is shown, soon; false when none
-- is. Another server's is accepted by Neovim.
function M.accept(put)
  return vim.lsp.inline_completion.get({
    on_accept = function(chosen)
      local item = find(chosen)
      if not item then
        return chosen
      end
      put(last.client, item)
    end,
  })
end

function M.choose(step)
  vim.lsp.inline_completion.select({ count = step })
end

function M.dismiss()
  return vim.lsp.inline_completion.get({ on_accept = function() end })
end

return M

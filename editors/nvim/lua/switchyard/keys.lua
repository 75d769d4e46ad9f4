-- <Plug> mappings for every action, and the keys that the options name. A key
-- that is mapped already is left to whom it belongs.
local config = require('switchyard.config')

local M = {}

M.actions = {
  accept = 'accept the completion',
  accept_word = 'accept its next word',
  accept_line = 'accept its next line',
  next = 'show the next completion, or ask for one',
  previous = 'show the previous completion',
  dismiss = 'dismiss the completion',
}

local ours = {} -- lhs by action

-- From 0.11 on Neovim maps <Tab> itself, to jump on in snippets.
local function is_snippet_map(map)
  return map.desc ~= nil and map.desc:find('vim.snippet', 1, true) ~= nil
end

-- Do it; where there is nothing to be done, the key is what it always was.
local function act(action, lhs)
  if require('switchyard')[action]() or not lhs then
    return
  end
  local snippet = lhs:lower() == '<tab>' and vim.snippet
  if snippet and snippet.active({ direction = 1 }) then
    snippet.jump(1)
    return
  end
  local key = vim.api.nvim_replace_termcodes(lhs, true, false, true)
  vim.api.nvim_feedkeys(key, 'ni', false)
end

local function map(action, lhs)
  local map_there = vim.fn.maparg(lhs, 'i', false, true)
  if next(map_there) and not is_snippet_map(map_there) then
    return
  end
  vim.keymap.set('i', lhs, function()
    act(action, lhs)
  end, { desc = 'Switchyard: ' .. M.actions[action] })
  ours[action] = lhs
end

function M.plug(action)
  return ('<Plug>(switchyard-%s)'):format((action:gsub('_', '-')))
end

-- Which key does what; nil: none of ours, since it is taken or unwanted.
function M.of(action)
  return ours[action]
end

function M.define()
  for action, lhs in pairs(ours) do
    pcall(vim.keymap.del, 'i', lhs)
    ours[action] = nil
  end
  for action, what in pairs(M.actions) do
    vim.keymap.set('i', M.plug(action), function()
      act(action)
    end, { desc = 'Switchyard: ' .. what })
  end
  for action, lhs in pairs(config.get().keys) do
    if lhs then
      map(action, lhs)
    end
  end
end

return M

-- :Switchyard
local client = require('switchyard.client')
local lsp = require('switchyard.lsp')

local M = {}

local ANSWER_MS = 5000

local function say(text, level)
  vim.notify('switchyard: ' .. text, level or vim.log.levels.INFO)
end

local function fail(text)
  say(text, vim.log.levels.ERROR)
end

-- The current buffer's client; says why there is none.
local function need_client()
  local found = lsp.client(vim.api.nvim_get_current_buf())
  if not found then
    local off = client.off or vim.b.switchyard == false
    local why = off and 'it is off; :Switchyard toggle turns it on'
      or client.missing()
      or 'no server runs for this buffer; see :checkhealth switchyard'
    say(why, vim.log.levels.WARN)
  end
  return found
end

-- Ask and show what `report` makes of the answer; nothing waits for it.
local function ask_and_show(name, method, params, report)
  local found = need_client()
  if not found then
    return
  end
  local over = false
  local id = lsp.request(found, method, params(found), function(err, result)
    over = true
    if err then
      fail(err.message)
    elseif type(result) == 'table' then
      require('switchyard.window').show(name, report(result))
    end
  end, vim.api.nvim_get_current_buf())
  vim.defer_fn(function()
    if id and not over then
      lsp.cancel(found, id)
      fail('the server did not answer in time')
    end
  end, ANSWER_MS)
end

local function explain()
  local report = require('switchyard.explain').report
  ask_and_show('explain', 'switchyard/explain', lsp.position_params, report)
end

local function status()
  local report = require('switchyard.status').report
  ask_and_show('status', 'switchyard/status', vim.empty_dict, report)
end

local function toggle(where)
  if where == 'buffer' then
    local on = client.toggle_buffer(vim.api.nvim_get_current_buf())
    say(on and 'on in this buffer' or 'off in this buffer')
  else
    say(client.toggle() and 'on' or 'off')
  end
  vim.cmd('redrawstatus')
end

-- --- the panel

local panel = { job = nil, said = '', told = false }

-- The pieces of what it says, cut anywhere; its address as soon as it is whole.
local function on_panel_text(_, pieces)
  panel.said = panel.said .. table.concat(pieces, '\n')
  local address = panel.said:match('https?://[^%s]+%s')
  if address and not panel.told then
    panel.told = true
    say('the dashboard is at ' .. vim.trim(address))
  end
end

local function on_panel_exit(_, code)
  panel.job = nil
  if code ~= 0 and vim.v.exiting == vim.NIL then
    local said = vim.trim(panel.said)
    said = said ~= '' and said or 'it said nothing'
    fail(('the dashboard ended with %d: %s'):format(code, said))
  end
end

-- It runs until Neovim ends.
local function dashboard()
  local why = client.missing()
  if why or panel.job then
    say(why or 'the dashboard runs: ' .. vim.trim(panel.said))
    return
  end
  panel.said, panel.told = '', false
  panel.job = vim.fn.jobstart({ client.program(), 'dashboard' }, {
    on_stdout = on_panel_text,
    on_stderr = on_panel_text,
    on_exit = on_panel_exit,
  })
end

-- --- the command itself

local commands = {
  explain = explain,
  status = status,
  toggle = toggle,
  restart = client.restart,
  dashboard = dashboard,
}

local arguments = { toggle = { 'buffer' } }

local function names()
  local list = vim.tbl_keys(commands)
  table.sort(list)
  return list
end

function M.run(call)
  local name, argument, more = unpack(call.fargs)
  local takes = arguments[name] or {}
  if not commands[name or 'status'] then
    local known = table.concat(names(), ', ')
    fail(('no command "%s"; there are %s'):format(name, known))
  elseif more or (argument and not vim.tbl_contains(takes, argument)) then
    local known = table.concat(takes, ', ')
    fail(('"%s" takes %s'):format(name, takes[1] and known or 'nothing more'))
  else
    commands[name or 'status'](argument)
  end
end

function M.complete(lead, line)
  local before = line:match('Switchyard%s+(%a+)%s')
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, before and (arguments[before] or {}) or names())
end

return M

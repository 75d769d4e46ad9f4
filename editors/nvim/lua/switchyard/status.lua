-- The status line, and what :Switchyard status shows. The server is asked
-- after it answered something, never by a clock.
local lsp = require('switchyard.lsp')

local M = {}

local RATE_MS = 1000 -- at most one question in this time

local known = {} -- the server's last answer, by client
local asked_at = {} -- by client
local waiting = {} -- clients that will be asked later

local function keep(client, status)
  known[client.id] = status
  vim.cmd('redrawstatus')
end

local function ask(client, buf)
  asked_at[client.id] = vim.loop.now()
  local function on_status(err, status)
    if not err and type(status) == 'table' then
      keep(client, status)
    end
  end
  lsp.request(client, 'switchyard/status', vim.empty_dict(), on_status, buf)
end

-- The server has just done something for this buffer.
function M.changed(buf)
  local client = lsp.client(buf)
  if not client or waiting[client.id] then
    return
  end
  local asked = asked_at[client.id] or -RATE_MS
  local left = asked + RATE_MS - vim.loop.now()
  if left <= 0 then
    ask(client, buf)
    return
  end
  waiting[client.id] = true
  vim.defer_fn(function()
    waiting[client.id] = nil
    if vim.api.nvim_buf_is_valid(buf) and lsp.client(buf) then
      ask(lsp.client(buf), buf)
    end
  end, left)
end

local function dollars(n)
  return ('$%.2f'):format(n)
end

-- What the last completion was: its model, class and time, or why it is none.
local function last_words(last)
  local words = { last.model ~= '' and last.model or nil, last.class }
  if last.outcome == 'text' then
    local took = last.cached and 'cached' or ('%.0f ms'):format(last.ms)
    table.insert(words, took)
  else
    table.insert(words, last.outcome)
  end
  return words
end

function M.line()
  if require('switchyard.client').off or vim.b.switchyard == false then
    return 'switchyard off'
  end
  local client = lsp.client(vim.api.nvim_get_current_buf())
  local status = client and known[client.id]
  if not client then
    return ''
  end
  local last = status and status.last
  local words = last and last_words(last) or { 'switchyard' }
  if status and status.cost > 0 then
    table.insert(words, dollars(status.cost))
  end
  -- What 'statusline' would take for an item is none of a model's name.
  return (table.concat(words, ' '):gsub('%%', ''))
end

-- --- :Switchyard status

local function model_state(model)
  if model.restsMs then
    local seconds = model.restsMs / 1000
    return ('rests for %.0f s: %s'):format(seconds, model.restsBecause)
  end
  local words = { model.state }
  if model.health ~= 'closed' then
    table.insert(words, model.health)
  end
  if model.requestsLeft then
    table.insert(words, ('%d requests left'):format(model.requestsLeft))
  end
  if model.tokensLeft then
    table.insert(words, ('%d tokens left'):format(model.tokensLeft))
  end
  return table.concat(words, ', ')
end

local function count(n, noun)
  return ('%d %s%s'):format(n, noun, n == 1 and '' or 's')
end

local function model_line(model, width)
  local line = ('  %-' .. width .. 's  '):format(model.model)
  local today = model.today
  line = line .. model_state(model)
  if today then
    local calls, cost = count(today.calls, 'call'), dollars(today.cost)
    line = ('%s, %s today, %s'):format(line, calls, cost)
  end
  return line
end

local function model_lines(models)
  local width = 0
  for _, model in ipairs(models) do
    width = math.max(width, #model.model)
  end
  return vim.tbl_map(function(model)
    return model_line(model, width)
  end, models)
end

local function budget_line(budget)
  return ('  %-12s %s of %s a %s%s'):format(
    budget['for'],
    dollars(budget.spent),
    dollars(budget.dollars),
    budget.per,
    budget.usedUp and ', used up: ' .. budget['then'] or ''
  )
end

local function today_line(status)
  return ('  %s, %d tokens in, %d out, %s'):format(
    count(status.today.calls, 'call'),
    status.today.tokensIn,
    status.today.tokensOut,
    dollars(status.cost)
  )
end

local function counter_lines(s)
  return {
    ('  %d asked for, %d given, %d seen'):format(
      s.requests,
      s.shown,
      s.displayed
    ),
    ('  %d accepted, %d in part'):format(s.accepted, s.acceptedPartly),
    ('  %d from memory, %s failed, %d under way'):format(
      s.cached,
      count(s.failedAttempts, 'call'),
      s.underWay
    ),
  }
end

-- The lines of a window that shows `status`.
function M.report(status)
  local lines = { 'Switchyard: status' }
  local function part(title, of)
    vim.list_extend(lines, { '', title })
    vim.list_extend(lines, of)
  end
  part('models', model_lines(status.models))
  if status.last then
    part('last', { '  ' .. table.concat(last_words(status.last), ', ') })
  end
  part('today', { today_line(status) })
  if status.budgets then
    part('budgets', vim.tbl_map(budget_line, status.budgets))
  end
  part('completions of this server', counter_lines(status))
  return lines
end

return M

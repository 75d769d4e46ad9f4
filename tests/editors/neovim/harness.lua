-- A second Neovim, driven over its RPC channel: types as a user does, reads
-- the buffer and the screen, waits for what it expects by polling.
local env = vim.env
local M = {}

local LIMIT_MS = 60000
local number, failed = 0, false

function M.report(good, name, detail)
  number = number + 1
  io.stdout:write(('%s %d - %s\n'):format(good and 'ok' or 'not ok', number, name))
  if not good then
    failed = true
    io.stdout:write('# ' .. tostring(detail):gsub('\n', '\n# ') .. '\n')
  end
  return good
end

-- --- the fake model server: its port, then its events

M.events = {}
local fake, script

-- Starts it; returns its port.
local function start_fake()
  local port
  vim.fn.writefile({ vim.fn.json_encode(script) }, env.WORK .. '/script.json')
  fake = vim.fn.jobstart({ env.FAKE, '--script', env.WORK .. '/script.json' }, {
    on_stdout = function(_, lines)
      for _, line in ipairs(lines) do
        port = port or line:match('^port (%d+)')
        if line:sub(1, 1) == '{' then
          table.insert(M.events, line)
        end
      end
    end,
  })
  vim.wait(LIMIT_MS, function()
    return port ~= nil
  end, 10)
  return assert(port, 'the fake model server does not start')
end

-- A model for every text: the line up to the cursor says which it is. One that
-- is held comes at M.go_on(), and until then there is a draft.
function M.models(texts)
  local models, routes = {}, {}
  script = {}
  for i, row in ipairs(texts) do
    local name = 'm' .. i
    script[name] = { text = row[2], behave = row.held and 'told' or nil }
    models[i] = { id = name, cost_per_million = { input = 1000, output = 1000 } }
    routes[i] = { pattern = row[1], model = name, max_tokens = 100 }
    routes[i].draft_ms = row.held and 0 or 'never'
  end
  script.mute = { text = '' }
  table.insert(models, { id = 'mute' })
  table.insert(routes, { default = 'mute' })
  local provider = {
    name = 'fake',
    type = 'vllm',
    endpoint = ('http://127.0.0.1:%s/v1'):format(start_fake()),
    models = models,
  }
  local config = { providers = { provider }, routes = routes, multiline = 'auto' }
  config.deadline_ms = 2 * LIMIT_MS
  config.prefetch = 'off'
  config.cache = { file = false } -- else an earlier process's answer costs nothing

  vim.fn.writefile({ vim.fn.json_encode(config) }, env.WORK .. '/config/switchyard/config.json')
end

local function count_held()
  local n = 0
  for _, line in ipairs(M.events) do
    local event = vim.fn.json_decode(line)
    local model = event.event == 'request' and script[event.model]
    n = n + (model and model.behave and 1 or 0)
  end
  return n
end

local answered = 0

-- What the model server holds by now, a request at least, is answered.
function M.go_on()
  vim.wait(LIMIT_MS, function()
    return count_held() > answered
  end, 20)
  answered = count_held()
  vim.fn.chansend(fake, vim.fn.json_encode(script) .. '\n')
end

-- --- the Neovim that is tested

local child

function M.lua(code, ...)
  return vim.fn.rpcrequest(child, 'nvim_exec_lua', code, { ... })
end

function M.input(keys)
  vim.fn.rpcrequest(child, 'nvim_input', keys)
end

local helpers = [[
  T = { messages = {} }
  vim.notify = function(text, level)
    table.insert(T.messages, { text = text, level = level })
  end
  function T.line() return vim.api.nvim_get_current_line() end
  function T.lines() return vim.api.nvim_buf_get_lines(0, 0, -1, true) end
  -- What is on the screen, without blanks at lines' ends.
  function T.screen()
    vim.cmd('redraw')
    local rows = {}
    for row = 1, vim.o.lines do
      local cells = {}
      for column = 1, vim.o.columns do
        cells[column] = vim.fn.screenstring(row, column)
      end
      rows[row] = (table.concat(cells):gsub('%s+$', ''))
    end
    return rows
  end
  function T.sees(text)
    return table.concat(T.screen(), '\n'):find(text, 1, true) ~= nil
  end
  function T.at_end()
    return vim.api.nvim_win_get_cursor(0)[2] == #T.line()
  end
  function T.said(text)
    local n = 0
    for _, message in ipairs(T.messages) do
      n = n + (message.text:find(text, 1, true) and 1 or 0)
    end
    return n
  end
  function T.client() return require('switchyard.lsp').client(0) end
  -- The server's counters.
  function T.count(name)
    local lsp = require('switchyard.lsp')
    local client = T.client() or lsp.clients()[1]
    local status = client and lsp.request_sync(client, 'switchyard/status', vim.empty_dict(), 20000, 0)
    return status and status[name]
  end
]]

-- Start it with `before` run as its configuration, and a file open.
function M.start(file, before)
  vim.fn.writefile(vim.split(helpers .. (before or ''), '\n'), env.WORK .. '/init.lua')
  child = vim.fn.jobstart({
    env.NVIM, '--embed', '--headless', '-n', '-i', 'NONE',
    '--cmd', 'set runtimepath^=' .. env.ROOT .. '/editors/nvim',
    '-u', env.WORK .. '/init.lua',
  }, { rpc = true })
  M.lua([[
    vim.o.swapfile, vim.o.more, vim.o.showmode = false, false, false
    vim.o.completeopt = 'menuone'
    vim.o.columns, vim.o.lines = 100, 40
    vim.cmd('filetype plugin on')
    vim.cmd('edit ' .. ...)
  ]], env.WORK .. '/project/' .. file)
end

function M.stop()
  pcall(vim.fn.rpcnotify, child, 'nvim_command', 'qall!')
  vim.fn.jobwait({ child }, LIMIT_MS)
end

-- --- cases

-- Wait until `code` gives true in the tested Neovim.
function M.wait(code, ...)
  local arguments = { ... }
  return vim.wait(LIMIT_MS, function()
    return M.lua(code, unpack(arguments)) == true
  end, 20)
end

function M.case(name, code, ...)
  local good = M.wait('return ' .. code, ...)
  local seen = not good and M.lua('return { T.screen(), T.messages }')
  local rows = not good and table.concat(seen[1], '\n') .. '\n' .. vim.inspect(seen[2])
  return M.report(good, name, rows)
end

-- Run groups of cases: { name, function }. What one breaks is not the others'.
function M.run(groups)
  for _, row in ipairs(groups) do
    local ok, why = xpcall(row[2], debug.traceback)
    if not ok then
      M.report(false, row[1], why)
    end
  end
  M.stop()
  vim.fn.chanclose(fake, 'stdin')
  vim.fn.jobwait({ fake }, LIMIT_MS)
  io.stdout:write('1..' .. number .. '\n')
  vim.cmd(failed and 'cquit' or 'qall!')
end

return M

-- :checkhealth switchyard
local config = require('switchyard.config')
local lsp = require('switchyard.lsp')
local server = require('switchyard.client')

local M = {}

local SERVER_MS = 1000

-- vim.health came with 0.8 and was renamed in 0.10.
local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local info = health.info or health.report_info
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error

local function run(...)
  local output = vim.fn.systemlist({ server.program(), ... })
  return output, vim.v.shell_error
end

local function check_neovim()
  start('Neovim')
  if vim.fn.has('nvim-0.7') == 0 then
    fail('0.7 or later is needed')
    return
  end
  if require('switchyard.native').has then
    ok('ghost text by vim.lsp.inline_completion')
  else
    ok('ghost text by this plugin (0.12 and later have their own)')
  end
  local menu = lsp.has_menu and 'vim.lsp.completion' or 'the omnifunc'
  ok(('menu by %s, with <C-x><C-o>'):format(menu))
end

local function check_options()
  start('Options')
  local options = vim.g.switchyard
  if options ~= nil and type(options) ~= 'table' then
    fail('vim.g.switchyard is a ' .. type(options) .. ', not a table')
    return
  end
  local found = config.mistakes(options or {})
  for _, mistake in ipairs(found) do
    fail(mistake)
  end
  if #found == 0 then
    ok('no mistake')
  end
end

local function check_keys()
  local keys = require('switchyard.keys')
  local actions = vim.tbl_keys(keys.actions)
  table.sort(actions)
  for _, action in ipairs(actions) do
    local wanted = config.get().keys[action]
    if keys.of(action) then
      ok(('%s: %s'):format(keys.of(action), keys.actions[action]))
    elseif wanted then
      local other = '%s is mapped by another; to %s, map %s'
      warn(other:format(wanted, keys.actions[action], keys.plug(action)))
    else
      info(('no key to %s'):format(keys.actions[action]))
    end
  end
end

-- The program, and what it says of its own configuration.
local function check_program()
  start('Server')
  local why = server.missing()
  if why then
    fail(why)
    return
  end
  local version, failed = run('--version')
  if failed ~= 0 then
    fail('it does not run: ' .. table.concat(version, ' '))
    return
  end
  ok(('%s (%s)'):format(version[1], vim.fn.exepath(server.program())))
  local said
  said, failed = run('check')
  local tell = failed == 0 and ok or fail
  tell('switchyard check: ' .. table.concat(said, '\n'))
end

local function check_models(client)
  local method, none = 'switchyard/status', vim.empty_dict()
  local status = lsp.request_sync(client, method, none, SERVER_MS, 0)
  if not status then
    fail('the server does not answer; try :Switchyard restart')
    return
  end
  for _, model in ipairs(status.models) do
    local tell = model.restsMs and warn or ok
    local why = model.restsMs and ', left alone: ' .. model.restsBecause or ''
    tell(('model %s (%s)%s'):format(model.model, model.state, why))
  end
end

local function check_clients()
  local clients = lsp.clients()
  if server.off then
    info('it is off; :Switchyard toggle turns it on')
  elseif #clients == 0 then
    info('it runs for no buffer yet')
  end
  for _, client in ipairs(clients) do
    local root = client.config.root_dir or 'no folder'
    ok(('runs for %s; columns in %s'):format(root, client.offset_encoding))
    check_models(client)
  end
end

local menus = { cmp_nvim_lsp = 'nvim-cmp', ['blink.cmp'] = 'blink.cmp' }

local function completion_item(client)
  local told = client.config.capabilities or {}
  local completion = (told.textDocument or {}).completion or {}
  return completion.completionItem or {}
end

-- nvim-cmp and blink.cmp get several lines only when the server knows.
local function check_menus()
  for module, name in pairs(menus) do
    local client = package.loaded[module] and lsp.clients()[1]
    if client and not completion_item(client).insertTextModeSupport then
      warn(name .. ' is here, but the server does not know: see '
        .. ':help switchyard-menus')
    elseif client then
      ok(name .. ' shows the server’s items')
    end
  end
end

function M.check()
  check_neovim()
  check_options()
  check_keys()
  check_program()
  check_clients()
  check_menus()
end

return M

-- Starts the server where it is wanted, and again when it ended by itself.
local config = require('switchyard.config')
local lsp = require('switchyard.lsp')
local native = require('switchyard.native')

local M = {}

-- As often as this within the time; a server that fails more often has a
-- mistake that another start does not cure.
local STARTS_MAX, STARTS_WITHIN_MS = 5, 180000
local PAUSE_MS, TRIES = 50, 40

M.off = false -- by :Switchyard toggle

local function say(level, format, ...)
  vim.notify('switchyard: ' .. format:format(...), vim.log.levels[level])
end

-- --- where it is wanted

local function exists(path)
  return vim.fn.filereadable(path) == 1 or vim.fn.isdirectory(path) == 1
end

-- The nearest folder upwards with one of the markers; else the working folder
-- when the file is in it, unless that is the home of everything.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local at = folder
  while true do
    for _, marker in ipairs(config.get().root_markers) do
      if exists(at .. '/' .. marker) then
        return at
      end
    end
    local parent = vim.fn.fnamemodify(at, ':h')
    if parent == at then
      break
    end
    at = parent
  end
  local here = vim.fn.getcwd()
  local inside = vim.startswith(folder .. '/', here .. '/')
  return inside and here ~= vim.fn.expand('~') and here or nil
end

local function command()
  local set = lsp.has_config and vim.lsp.config[lsp.NAME]
  return set and set.cmd or config.get().cmd
end

-- The program by itself, for what it does beside serving.
function M.program()
  local cmd = command()
  return type(cmd) == 'table' and cmd[1] or config.get().cmd[1]
end

-- nil when the program can be started, else why not.
function M.missing()
  local cmd = command()
  if type(cmd) ~= 'table' or vim.fn.executable(cmd[1]) == 1 then
    return nil
  end
  local how = '"%s" is not in the PATH; install it, or set "cmd" in %s'
  return how:format(cmd[1], 'vim.g.switchyard')
end

local function is_wanted_type(buf)
  local types = config.get().filetypes
  return not types or vim.tbl_contains(types, vim.bo[buf].filetype)
end

local told_missing = false

local function is_wanted(buf)
  if M.off or vim.b[buf].switchyard == false or not is_wanted_type(buf) then
    return false
  end
  if vim.bo[buf].buftype ~= '' or vim.api.nvim_buf_get_name(buf) == '' then
    return false
  end
  local why = M.missing()
  if why and not told_missing then
    told_missing = true
    vim.schedule(function()
      say('WARN', '%s', why)
    end)
  end
  return not why
end

-- --- its life

local attached = {} -- buffers by client
local starts = {} -- times of those that followed an end
local orphans = nil -- buffers whose server ended; nil: none waits
local stopping = {} -- clients that were told to end

local function on_attach(client, buf)
  attached[client.id] = attached[client.id] or {}
  attached[client.id][buf] = true
  if lsp.has_menu then
    local options = { autotrigger = config.get().autotrigger }
    vim.lsp.completion.enable(true, client.id, buf, options)
  elseif vim.bo[buf].omnifunc == '' then
    vim.bo[buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
  end
  if config.get().ghost then
    require('switchyard.inline').attach(client, buf)
  end
  require('switchyard.status').changed(buf)
end

local function may_start_again()
  local now = vim.loop.now()
  starts = vim.tbl_filter(function(at)
    return now - at < STARTS_WITHIN_MS
  end, starts)
  table.insert(starts, now)
  return #starts <= STARTS_MAX
end

local function start_again(how)
  local buffers = orphans
  orphans = nil
  if not may_start_again() then
    local minutes = STARTS_WITHIN_MS / 60000
    say('ERROR', 'the server ended %d times in %d minutes (%s) and stays off; '
      .. 'see :checkhealth switchyard, then :Switchyard restart',
      #starts, minutes, how)
    return
  end
  say('WARN', 'the server ended by itself (%s) and was started again', how)
  for buf in pairs(buffers) do
    M.attach(buf)
  end
end

-- Runs `follow` when none of the clients is left, at most two seconds later:
-- Neovim would give a buffer to one that is about to end.
local function when_gone(ids, follow, tries)
  for id in pairs(ids) do
    if vim.lsp.get_client_by_id(id) and (tries or 0) < TRIES then
      vim.defer_fn(function()
        when_gone(ids, follow, (tries or 0) + 1)
      end, PAUSE_MS)
      return
    end
  end
  follow()
end

-- 15 is how Neovim ends a server that does not end when it is told to.
local function on_exit(code, signal, id)
  vim.schedule(function()
    local buffers = attached[id] or {}
    attached[id] = nil
    stopping[id] = nil
    local was_told = code == 0 and (signal == 0 or signal == 15)
    if was_told or vim.v.exiting ~= vim.NIL or M.off then
      return
    end
    local how = signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code
    if next(buffers) == nil then
      say('ERROR', 'the server ended before it served anything (%s); see '
        .. ':checkhealth switchyard', how)
      return
    end
    local waits = orphans ~= nil
    orphans = vim.tbl_extend('force', orphans or {}, buffers)
    if not waits then
      when_gone({ [id] = true }, function()
        start_again(how)
      end)
    end
  end)
end

-- --- how it is started

local function capabilities()
  local own = lsp.has_config and {}
    or vim.lsp.protocol.make_client_capabilities()
  if config.get().ghost then
    local inline = { inlineCompletion = { dynamicRegistration = false } }
    own = vim.tbl_deep_extend('force', own, { textDocument = inline })
    -- Where Neovim asks itself, nobody can have it ask again.
    own.experimental = { switchyardRefresh = not native.has }
  end
  return vim.tbl_deep_extend('force', own, config.get().capabilities or {})
end

-- There is a better completion than the one that is shown.
local function on_refresh(_, params)
  if params.inline then
    require('switchyard.inline').refresh(params.textDocument.uri)
  end
end

-- For vim.lsp.config() of 0.11 and later, and for what came before.
function M.config()
  local made = {
    name = lsp.NAME,
    cmd = config.get().cmd,
    filetypes = config.get().filetypes,
    capabilities = capabilities(),
    handlers = { ['switchyard/refresh'] = on_refresh },
    on_exit = on_exit,
  }
  if lsp.has_config then
    made.root_dir = function(buf, on_dir)
      if is_wanted(buf) then
        on_dir(root_of(vim.api.nvim_buf_get_name(buf)))
      end
    end
  elseif not lsp.has_attach_event then
    made.on_attach = on_attach
  end
  return made
end

local by_root = {} -- clients, where Neovim has no vim.lsp.start

local function start_0_7(made, buf)
  local root = made.root_dir or ''
  local id = by_root[root]
  if not id or stopping[id] or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(made)
    by_root[root] = id
  end
  if id then
    vim.lsp.buf_attach_client(buf, id)
  end
end

-- As vim.lsp.enable() does it, for one buffer.
local function start_0_11(made, buf)
  if type(made.root_dir) ~= 'function' then
    vim.lsp.start(made, { bufnr = buf })
    return
  end
  made.root_dir(buf, function(root)
    made.root_dir = root
    vim.lsp.start(made, { bufnr = buf })
  end)
end

-- Give the buffer its server, where it is wanted.
function M.attach(buf)
  if not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  if lsp.has_config then
    start_0_11(vim.deepcopy(vim.lsp.config[lsp.NAME]), buf)
    return
  end
  if not is_wanted(buf) then
    return
  end
  local made = M.config()
  made.root_dir = root_of(vim.api.nvim_buf_get_name(buf))
  if lsp.has_start then
    vim.api.nvim_buf_call(buf, function()
      vim.lsp.start(made)
    end)
  else
    start_0_7(made, buf)
  end
end

function M.attach_all()
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    M.attach(buf)
  end
end

-- Called when the plugin is loaded, and when its options change.
function M.enable()
  local group = vim.api.nvim_create_augroup('switchyard.client', {})
  if lsp.has_attach_event then
    vim.api.nvim_create_autocmd('LspAttach', {
      group = group,
      callback = function(event)
        local client = vim.lsp.get_client_by_id(event.data.client_id)
        if client and client.name == lsp.NAME then
          on_attach(client, event.buf)
        end
      end,
    })
  end
  local enabled = config.get().enabled
  if lsp.has_config then
    vim.lsp.config(lsp.NAME, {}) -- forgets what it was resolved to before
    vim.lsp.enable(lsp.NAME, enabled)
  end
  if not enabled then
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    callback = function(event)
      -- Of a program that is missing, 0.12 writes to its log and no more.
      if not lsp.has_config or M.missing() then
        M.attach(event.buf)
      end
    end,
  })
  if not lsp.has_config and vim.v.vim_did_enter == 1 then
    M.attach_all()
  end
end

-- --- on and off

local function stop_all()
  for _, client in ipairs(lsp.clients()) do
    stopping[client.id] = true
    attached[client.id] = nil
    lsp.stop(client)
  end
end

-- Everywhere; returns whether it is on now.
function M.toggle()
  M.off = not M.off
  if M.off then
    stop_all()
  else
    when_gone(stopping, M.attach_all)
  end
  return not M.off
end

-- In one buffer; the server no longer sees it where Neovim can detach it.
function M.toggle_buffer(buf)
  local on = vim.b[buf].switchyard == false
  local clients = lsp.clients(buf)
  vim.b[buf].switchyard = on
  if on then
    M.attach(buf)
  elseif lsp.can_detach then
    for _, client in ipairs(clients) do
      vim.lsp.buf_detach_client(buf, client.id)
    end
  end
  return on
end

function M.restart()
  starts = {}
  M.off = false
  stop_all()
  when_gone(stopping, M.attach_all)
end

return M

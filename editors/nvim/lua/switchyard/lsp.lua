-- What Neovim's client of language servers is called in which version.
local M = {}

local from_0_8 = vim.fn.has('nvim-0.8') == 1
local from_0_10 = vim.fn.has('nvim-0.10') == 1
local from_0_11 = vim.fn.has('nvim-0.11') == 1

M.NAME = 'switchyard'
M.has_start = from_0_8
M.has_attach_event = from_0_8
M.has_config = from_0_11 and vim.lsp.config ~= nil
-- Before, a buffer that gets its client back tells it each change twice.
M.can_detach = from_0_10
M.has_menu = vim.lsp.completion ~= nil and vim.lsp.completion.enable ~= nil

local function all_clients(buf)
  if from_0_10 then
    return vim.lsp.get_clients({ bufnr = buf })
  end
  return buf and vim.lsp.buf_get_clients(buf) or vim.lsp.get_active_clients()
end

-- Our clients that are ready: of a buffer, or all (buf nil). A buffer where it
-- is turned off has none.
function M.clients(buf)
  local found = {}
  if buf and vim.b[buf].switchyard == false then
    return found
  end
  for _, client in pairs(all_clients(buf)) do
    if client.name == M.NAME and client.initialized then
      table.insert(found, client)
    end
  end
  return found
end

-- The one that a buffer has, or nil.
function M.client(buf)
  return M.clients(buf)[1]
end

-- Clients' functions became methods in 0.11.
local function call(client, name, ...)
  if from_0_11 then
    return client[name](client, ...)
  end
  return client[name](...)
end

-- `handler(err, result)` runs once, later; never when it was cancelled.
-- Returns the request's id, nil when the server is gone.
function M.request(client, method, params, handler, buf)
  local sent, id = call(client, 'request', method, params, handler, buf)
  return sent and id or nil
end

function M.request_sync(client, method, params, limit_ms, buf)
  local answer = call(client, 'request_sync', method, params, limit_ms, buf)
  return answer and not answer.err and answer.result or nil
end

-- The cursor's place in the current window, as the server counts.
function M.position_params(client)
  return vim.lsp.util.make_position_params(0, client.offset_encoding)
end

function M.notify(client, method, params)
  call(client, 'notify', method, params)
end

function M.cancel(client, id)
  call(client, 'cancel_request', id)
end

function M.stop(client, force)
  call(client, 'stop', force)
end

function M.run_command(client, command, buf)
  local params = { command = command.command, arguments = command.arguments }
  M.request(client, 'workspace/executeCommand', params, function() end, buf)
end

return M

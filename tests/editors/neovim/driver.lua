-- Drives a second Neovim over its RPC channel: types as a user does, reads
-- the buffer, waits for what it expects by polling.
local env = vim.env
local LIMIT_MS = 20000
local number, failed = 0, false

local function report(good, name, detail)
  number = number + 1
  io.stdout:write(string.format('%s %d - %s\n', good and 'ok' or 'not ok', number, name))
  if not good then
    failed = true
    io.stdout:write('# ' .. tostring(detail):gsub('\n', '\n# ') .. '\n')
  end
end

-- The fake model server: its port, then its events.
local events, port = {}, nil
local fake = vim.fn.jobstart({ env.FAKE, '--text', 'pen(file_path) as file:\\n' }, {
  on_stdout = function(_, lines)
    for _, line in ipairs(lines) do
      port = port or line:match('^port (%d+)')
      if line:sub(1, 1) == '{' then
        table.insert(events, line)
      end
    end
  end,
})
vim.wait(LIMIT_MS, function() return port ~= nil end, 10)

local function write_config(model)
  local file = io.open(env.WORK .. '/config/switchyard/config.json', 'w')
  file:write(string.format([[{
    "providers": [ { "name": "fake", "type": "vllm", "endpoint": "http://127.0.0.1:%s/v1",
                     "models": [ { "id": "%s" } ] } ],
    "routes": [ { "default": "%s" } ] }]], port, model, model))
  file:close()
end
write_config('text')

local child = vim.fn.jobstart({ 'nvim', '--embed', '--headless', '--clean', '-n' }, { rpc = true })
local function lua(code, ...)
  return vim.fn.rpcrequest(child, 'nvim_exec_lua', code, { ... })
end
local function input(keys)
  vim.fn.rpcrequest(child, 'nvim_input', keys)
end
local function until_true(name, code, ...)
  local arguments, last = { ... }, nil
  local good = vim.wait(LIMIT_MS, function()
    last = lua(code, unpack(arguments))
    return last == true
  end, 20)
  report(good, name, vim.inspect(lua('return vim.api.nvim_buf_get_lines(0, 0, -1, true)')))
  return good
end

local ok, why = pcall(function()
  lua([[
    vim.g.switchyard_command = { ..., '--stdio' }
    vim.o.swapfile = false
    vim.o.completeopt = 'menuone'
    vim.cmd('filetype plugin on')
    vim.cmd('luafile ' .. vim.env.ROOT .. '/editors/nvim/switchyard.lua')
    vim.cmd('edit ' .. vim.env.WORK .. '/averages.py')
  ]], env.SWITCHYARD)
  until_true('the server starts for a Python file', [[
    for _, client in pairs(vim.lsp.buf_get_clients(0)) do
      if client.initialized then return true end
    end
    return false
  ]])

  -- A new line in the body of the function, half a word, then ask.
  input('/with open<CR>O')
  input('with o')
  until_true('what was typed stands in the buffer', [[
    return vim.api.nvim_get_current_line() == '    with o'
  ]])
  input('<C-x><C-o>')
  until_true('the menu opens', 'return vim.fn.pumvisible() == 1')
  input('<C-n><C-p><C-y><Esc>')
  until_true('accepting it puts the text into the buffer', [[
    return vim.api.nvim_get_current_line() == '    with open(file_path) as file:'
  ]])
  local asked = vim.wait(LIMIT_MS, function()
    return table.concat(events):find('def calculate_averages', 1, true) ~= nil
  end, 10)
  report(asked, 'the model server saw the code above the cursor', table.concat(events, '\n'))

  -- Non-ASCII text before the cursor: columns are in another unit there.
  input('o')
  input('größe = "𝒳" + o')
  input('<C-x><C-o>')
  until_true('the menu opens behind text that is not ASCII', 'return vim.fn.pumvisible() == 1')
  input('<C-n><C-p><C-y><Esc>')
  until_true('and the text goes to the right column', [[
    return vim.trim(vim.api.nvim_get_current_line()) == 'größe = "𝒳" + open(file_path) as file:'
  ]])

  input(':write<CR>')
  until_true('the file holds it', [[
    for line in io.lines(vim.env.WORK .. '/averages.py') do
      if line == '    with open(file_path) as file:' then return true end
    end
    return false
  ]])
  lua('vim.lsp.stop_client(vim.lsp.get_active_clients())')
  until_true('the server ends when it is told to', [[
    return #vim.lsp.get_active_clients() == 0
  ]])
end)
if not ok then
  report(false, 'the driver', why)
end
vim.fn.jobstop(child)
vim.fn.chanclose(fake, 'stdin')
vim.fn.jobwait({ fake }, LIMIT_MS)
io.stdout:write('1..' .. number .. '\n')
vim.cmd(failed and 'cquit' or 'qall!')

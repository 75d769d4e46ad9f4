-- Switchyard for Neovim 0.7 and later. Copy it to
-- ~/.config/nvim/plugin/switchyard.lua; `switchyard` has to be on the PATH
-- (or set vim.g.switchyard_command).
local command = vim.g.switchyard_command or { 'switchyard', '--stdio' }

local function root_of(path)
  local found = vim.fn.finddir('.git', vim.fn.fnamemodify(path, ':h') .. ';')
  return found ~= '' and vim.fn.fnamemodify(found, ':p:h:h') or vim.fn.getcwd()
end

local function start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if vim.bo[buffer].buftype ~= '' or path == '' then
    return
  end
  local config = { name = 'switchyard', cmd = command, root_dir = root_of(path) }
  if vim.lsp.start then -- 0.8 and later: one server for each root
    vim.lsp.start(config)
    return
  end
  vim.g.switchyard_client = vim.g.switchyard_client or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, vim.g.switchyard_client)
end

vim.api.nvim_create_autocmd('FileType', {
  callback = function(event)
    start(event.buf)
    -- <C-x><C-o> asks; the menu shows one line.
    vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
  end,
})

if vim.lsp.inline_completion then -- 0.12 and later: ghost text
  vim.lsp.inline_completion.enable(true)
  vim.keymap.set('i', '<Tab>', function()
    return vim.lsp.inline_completion.get() and '' or '<Tab>'
  end, { expr = true, desc = 'accept the completion' })
end

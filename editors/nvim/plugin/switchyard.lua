-- Loaded by Neovim at its start: commands, <Plug> mappings and keys, and the
-- server for the files that will be opened. All else waits until it is needed.
if vim.g.loaded_switchyard then
  return
end
vim.g.loaded_switchyard = true

if vim.fn.has('nvim-0.7') == 0 then
  vim.notify('switchyard: Neovim 0.7 or later is needed', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Switchyard', function(call)
  require('switchyard.command').run(call)
end, {
  nargs = '*',
  bar = true,
  desc = 'Switchyard: explain, status, toggle, restart or dashboard',
  complete = function(lead, line)
    return require('switchyard.command').complete(lead, line)
  end,
})

require('switchyard.keys').define()
require('switchyard.highlight').define()

require('switchyard.client').enable()

-- What keys, status lines and configurations call.
local M = {}

-- Options, instead of vim.g.switchyard; may be called at any time.
function M.setup(options)
  require('switchyard.config').set(options or {})
  require('switchyard.keys').define()
  require('switchyard.client').enable()
end

-- Each returns whether there was something to act on.
for action in pairs(require('switchyard.keys').actions) do
  M[action] = function()
    return require('switchyard.inline')[action]()
  end
end

-- Whether ghost text is on the screen; for mappings of one's own.
function M.is_visible()
  return require('switchyard.inline').is_visible()
end

-- For 'statusline': what the server did last and what today cost; "" where
-- there is none.
function M.statusline()
  return require('switchyard.status').line()
end

return M

-- Names for what is coloured; a colour scheme or the user may set them.
local M = {}

-- The first group is Neovim's for ghost text, from 0.12 on.
local function either(group, other)
  return vim.fn.hlexists(group) == 1 and group or other
end

local links = {
  SwitchyardGhost = either('ComplHint', 'NonText'),
  SwitchyardHint = either('ComplHintMore', 'MoreMsg'),
  SwitchyardTitle = 'Title',
  SwitchyardLabel = 'Label',
  SwitchyardModel = 'Identifier',
  SwitchyardGood = 'String',
  SwitchyardBad = 'WarningMsg',
}

function M.define()
  for name, link in pairs(links) do
    vim.api.nvim_set_hl(0, name, { link = link, default = true })
  end
end

return M

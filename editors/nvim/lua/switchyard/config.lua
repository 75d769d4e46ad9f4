-- The options: from vim.g.switchyard, or require('switchyard').setup().
-- Every one of them is checked, and what is wrong is said once.
local M = {}

-- Name, type, default (none: unset), and what it has to hold.
local rows = {
  { 'enabled', 'boolean', true },
  { 'cmd', 'table', { 'switchyard', '--stdio' }, 'words of a command' },
  { 'filetypes', 'table', nil, 'names of file types' },
  { 'root_markers', 'table', { '.switchyard.json', '.git' }, 'file names' },
  { 'capabilities', 'table' },
  { 'ghost', 'boolean', true },
  { 'autotrigger', 'boolean', false },
  {
    'keys',
    'table',
    {
      accept = '<Tab>',
      accept_word = '<M-Right>',
      accept_line = '<M-C-Right>',
      next = '<M-]>',
      previous = '<M-[>',
      dismiss = '<C-]>',
    },
  },
}

local current

local function row_of(name)
  for _, row in ipairs(rows) do
    if row[1] == name then
      return row
    end
  end
end

local function sorted(list)
  table.sort(list)
  return list
end

function M.names()
  return sorted(vim.tbl_map(function(row)
    return row[1]
  end, rows))
end

local function key_mistakes(keys, found)
  local known = row_of('keys')[3]
  local function add(...)
    table.insert(found, ('keys.%s: %s'):format(...))
  end
  for name, lhs in pairs(keys) do
    if known[name] == nil then
      local actions = table.concat(sorted(vim.tbl_keys(known)), ', ')
      add(name, 'no such action; known: ' .. actions)
    elseif type(lhs) ~= 'string' and lhs ~= false then
      add(name, 'a key such as "<Tab>", or false')
    end
  end
end

local function words_mistake(row, value)
  for _, word in ipairs(value) do
    if type(word) ~= 'string' then
      return ('%s: a list of %s'):format(row[1], row[4])
    end
  end
  if #value == 0 then
    return ('%s: a list of %s, and it is empty'):format(row[1], row[4])
  end
end

-- Sentences about what is wrong in `options`.
function M.mistakes(options)
  local found = {}
  local function add(...)
    table.insert(found, ('%s: %s'):format(...))
  end
  for name, value in pairs(options) do
    local row = row_of(name)
    if not row then
      add(name, 'no such option; known: ' .. table.concat(M.names(), ', '))
    elseif type(value) ~= row[2] then
      add(name, ('a %s, not a %s'):format(row[2], type(value)))
    elseif name == 'keys' then
      key_mistakes(value, found)
    elseif row[4] then
      found[#found + 1] = words_mistake(row, value)
    end
  end
  table.sort(found)
  return found
end

-- Only what is right is taken over; the defaults stand for the rest.
local function resolve(options)
  local resolved = {}
  for _, row in ipairs(rows) do
    local name, value = row[1], options[row[1]]
    local fits = value ~= nil and #M.mistakes({ [name] = value }) == 0
    resolved[name] = vim.deepcopy(row[3])
    if fits and name == 'keys' then
      resolved.keys = vim.tbl_extend('force', resolved.keys, value)
    elseif fits then
      resolved[name] = value
    end
  end
  return resolved
end

function M.set(options)
  local found = M.mistakes(options)
  if #found > 0 then
    local text = 'switchyard: ' .. table.concat(found, '\nswitchyard: ')
    vim.notify(text, vim.log.levels.WARN)
  end
  current = resolve(options)
end

function M.get()
  if not current then
    local options = vim.g.switchyard
    M.set(type(options) == 'table' and options or {})
  end
  return current
end

return M

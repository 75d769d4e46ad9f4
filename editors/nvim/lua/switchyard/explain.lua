-- What :Switchyard explain shows: the server's decision for the cursor.
local M = {}

local function add(lines, label, text)
  if text and text ~= '' then
    table.insert(lines, ('%-10s %s'):format(label, text))
  end
end

local function candidate_line(candidate)
  local line = ('  %d. %s (%s): %s'):format(
    candidate.rank,
    candidate.model,
    candidate.provider,
    candidate.reason
  )
  if type(candidate.most_cost) == 'number' and candidate.most_cost > 0 then
    line = line .. (', at most $%.4f'):format(candidate.most_cost)
  end
  return line
end

local function rule_line(rule)
  local how = rule.applied and 'applied' or 'did not hold'
  local format = '  %d. %s: %s (%s)'
  return format:format(rule.index, rule.condition, rule.action, how)
end

local function feature_lines(features)
  local lines = {}
  local names = vim.tbl_keys(features)
  table.sort(names)
  for _, name in ipairs(names) do
    local value = features[name]
    -- One line each, whatever the text around the cursor is.
    local shown = value == vim.NIL and 'unknown' or vim.inspect(value)
    shown = shown:gsub('\n', ' ')
    table.insert(lines, ('  %-18s %s'):format(name, shown))
  end
  return lines
end

-- The lines of a window that shows `e`, the answer to switchyard/explain.
function M.report(e)
  local lines = { 'Switchyard: this cursor', '' }
  add(lines, 'model', e.model or 'none')
  add(lines, 'class', ('%s (%s)'):format(e.class, e.language))
  add(lines, 'extent', e.extent)
  add(lines, 'in', table.concat(e['in'] or {}, ' > '))
  add(lines, 'syntax', table.concat(e.path or {}, ' > '))
  add(lines, 'privacy', ('%s (%s)'):format(e.privacy.tier, e.privacy.by))
  add(lines, 'route', e.route.name)
  add(lines, '', ('%d ms at most, %d tokens, asked after %d ms'):format(
    e.route.deadline_ms,
    e.route.max_tokens,
    e.automatic.wait_ms
  ))
  add(lines, 'skipped', e.skipped)
  vim.list_extend(lines, { '', 'candidates' })
  vim.list_extend(lines, vim.tbl_map(candidate_line, e.candidates))
  if #e.rules > 0 then
    vim.list_extend(lines, { '', 'rules' })
    vim.list_extend(lines, vim.tbl_map(rule_line, e.rules))
  end
  vim.list_extend(lines, { '', 'features' })
  vim.list_extend(lines, feature_lines(e.features))
  return lines
end

return M

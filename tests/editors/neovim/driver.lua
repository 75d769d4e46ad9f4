-- What a user does and sees, in Neovim from 0.7 to the newest.
local env = vim.env
package.path = env.ROOT .. '/tests/editors/neovim/?.lua;' .. package.path
local T = require('harness')
local case, input, lua = T.case, T.input, T.lua

-- The line up to the cursor, and what the model writes behind it; elsewhere
-- it has nothing to say.
T.models({
  { 'with o$', 'pen(file_path) as file:\n' },
  { '= o$', 'pen(file_path)\n' },
  { [[print\(o$]], 'pen(file_path), name' },
  { '= calculate_a$', 'verages(file_path)', held = true },
  { 'f$', 'or name in sums:\n        print(name)\n        counts[name] = 1\n' },
})

local groups = {}

local function group(name, run)
  table.insert(groups, { name, run })
end

-- A line of its own below the function's doc string, ready to be typed in.
local function fresh_line()
  input('<Esc>')
  T.wait('return vim.api.nvim_get_mode().mode == "n"')
  lua([[
    vim.cmd('edit! ' .. vim.env.WORK .. '/project/averages.py')
    vim.fn.search('sums = {}')
  ]])
  T.wait('return T.client() ~= nil')
  input('O')
  T.wait('return vim.api.nvim_get_mode().mode == "i"')
end

-- Type it, and wait for the ghost text that makes the line `whole`.
local function type_for(keys, whole)
  fresh_line()
  input(keys)
  case(keys .. ' shows ' .. vim.trim(whole), 'T.sees(...)', whole)
end

group('start', function()
  T.start('averages.py')
  case('the server starts for a file', 'T.client() ~= nil')
  case('its root is the folder with .git', [[
    T.client().config.root_dir == vim.env.WORK .. '/project'
  ]])
end)

group('ghost text', function()
  type_for('with o', '    with open(file_path) as file:')
  case('which is not in the buffer', 'T.line() == "    with o"')
  case('the server was told that it is seen', 'T.count("displayed") == 1')
  input('pe')
  case('what is typed along stays in it', [[
    T.line() == "    with ope" and T.sees("    with open(file_path) as file:")
  ]])
  input('<BS>')
  case('and what is taken back comes back', [[
    T.line() == "    with op" and T.sees("    with open(file_path) as file:")
  ]])
  input('x')
  case('other text ends it', 'T.line() == "    with opx" and not T.sees("path) as file")')
end)

group('accept', function()
  local before = lua('return T.count("accepted")')
  type_for('with o', '    with open(file_path) as file:')
  input('<Tab>')
  case('accepting puts it into the buffer', 'T.line() == "    with open(file_path) as file:"')
  case('the cursor stands behind it', 'T.at_end()')
  case('the server was told that it was accepted', 'T.count("accepted") == ... + 1', before)
  input('<Esc>u')
  case('one undo takes it back, and nothing else', 'T.line() == "    with o"')
  input('<C-r>')
  case('and redo brings it', 'T.line() == "    with open(file_path) as file:"')
  fresh_line()
  input('<Tab>x')
  case('without one, the key is what it was', 'T.line():match("^%s+x$") and #T.line() > 5')
end)

group('pieces', function()
  local before = lua('return { T.count("accepted"), T.count("acceptedPartly") }')
  type_for('with o', '    with open(file_path) as file:')
  input('<M-Right>')
  case('a word is accepted', 'T.line() == "    with open" and T.at_end()')
  case('the rest stays', 'T.sees("    with open(file_path) as file:")')
  input('<M-Right><M-Right>')
  case('and another, and another', 'T.line() == "    with open(file_path) as"')
  case('the server was told of each', 'T.count("acceptedPartly") == ... + 3', before[2])
  input('<M-C-Right>')
  case('the line is accepted', 'T.line() == "    with open(file_path) as file:" and T.at_end()')
  case('which is the end of it', 'T.count("accepted") == ... + 1', before[1])
  input('<Esc>u')
  case('each is one undo', 'T.line() == "    with open(file_path) as"')
end)

group('several lines', function()
  type_for('f', '    for name in sums:')
  local shown = '    for name in sums:\n        print(name)\n        counts[name] = 1\n    sums = {}'
  case('all of them are shown', 'T.sees(...)', shown)
  input('<M-C-Right>')
  case('a line is accepted', 'T.line() == "    for name in sums:" and T.at_end()')
  case('the others stay', 'T.sees(...)', shown)
  input('<M-C-Right>')
  case('the next line is accepted', 'T.line() == "        print(name)" and T.at_end()')
  case('the rest stays', 'T.sees(...)', shown)
  input('<Tab>')
  case('then all of it', [[
    T.line() == "        counts[name] = 1" and T.at_end()
      and vim.fn.getline(vim.fn.line(".") + 1) == "    sums = {}"
  ]])
  type_for('f', '    for name in sums:')
  input('<Tab>')
  case('several lines are accepted at once', [[
    T.line() == "        counts[name] = 1" and T.at_end()
  ]])
  input('<Esc>u')
  case('and undone at once', [[
    vim.fn.getline(10) == "    f" and vim.fn.getline(11) == "    sums = {}"
  ]])
end)

group('columns', function()
  type_for('größe = "𝒳"; b = o', '    größe = "𝒳"; b = open(file_path)')
  input('<M-Right>')
  case('a word behind text that is not ASCII', [[T.line() == '    größe = "𝒳"; b = open']])
  input('<Tab>')
  case('and the rest', [[T.line() == '    größe = "𝒳"; b = open(file_path)' and T.at_end()]])
end)

group('in a line', function()
  type_for('print()<Left>o', '    print(open(file_path), name)')
  input('<Tab>')
  case('is accepted before what follows', [[
    T.line() == "    print(open(file_path), name)" and vim.fn.col(".") == #T.line()
  ]])
end)

-- Newer ones ask by themselves, and nobody can have them ask again.
group('a draft', function()
  if vim.lsp.inline_completion then
    return
  end
  type_for('x = calculate_a', '    x = calculate_averages')
  case('it is the built-in model\'s', 'not T.sees("x = calculate_averages(")')
  T.go_on()
  case('a better one takes its place', 'T.sees("    x = calculate_averages(file_path)")')
  input('<Tab>')
  case('and is accepted', 'T.line() == "    x = calculate_averages(file_path)"')
  type_for('y = calculate_a', '    y = calculate_averages')
  input('<C-]>')
  case('one that is dismissed', 'not T.sees("y = calculate_averages")')
  T.go_on()
  T.wait('return T.count("underWay") == 0')
  case('does not come back', 'not T.sees("y = calculate_averages")')
end)

group('choosing', function()
  type_for('with o', '    with open(file_path) as file:')
  input('<C-]>')
  case('it is dismissed', 'not T.sees("path) as file") and T.line() == "    with o"')
  case('nothing is visible', 'not require("switchyard").is_visible()')
  input('<M-]>')
  case('and asked for again', 'T.sees("    with open(file_path) as file:")')
  input('<Esc>')
  case('leaving insert mode hides it', 'not T.sees("path) as file")')
end)

group('menu', function()
  fresh_line()
  local before = lua('return T.count("accepted")')
  input('with o')
  T.wait('return T.line() == "    with o"')
  input('<C-x><C-o>')
  case('the menu opens', 'vim.fn.pumvisible() == 1')
  input('<C-n><C-p><C-y>')
  case('accepting it puts the text into the buffer', [[
    T.line() == "    with open(file_path) as file:"
  ]])
  if lua('return require("switchyard.lsp").has_menu') then
    case('and the server is told', 'T.count("accepted") == ... + 1', before)
  end
  T.report(
    table.concat(T.events):find('def calculate_averages', 1, true) ~= nil,
    'the model saw the code above the cursor',
    table.concat(T.events, '\n')
  )
end)

group('status line', function()
  fresh_line()
  local first = [[require("switchyard").statusline()]]
  case('it tells what today cost', first .. ':match("%$%d") ~= nil')
  lua([[vim.o.laststatus = 2 vim.o.statusline = '%f %{v:lua.require("switchyard").statusline()}']])
  case('it can stand in the status line', [[
    table.concat(T.screen(), "\n"):find("averages%.py [%w_ ]+ %$%d") ~= nil
  ]])
end)

group('windows', function()
  fresh_line()
  input('<Esc>:Switchyard explain<CR>')
  case('explain opens a window to read', [[
    vim.bo.filetype == "switchyard" and vim.fn.winnr("$") == 2 and not vim.bo.modifiable
  ]])
  case('it names the class', 'T.sees("class      body (python)")')
  case('it names model and route', 'T.sees("model      mute") and T.sees("  1. mute (fake): ")')
  case('it is coloured', [[
    vim.fn.synIDattr(vim.fn.synID(3, 13, 1), "name") == "SwitchyardModel"
  ]])
  input('q')
  case('q closes it', 'vim.fn.winnr("$") == 1')
  input(':Switchyard status<CR>')
  case('status opens one', 'T.sees("Switchyard: status")')
  case('with the models', 'T.sees("  m1       ready, ") and T.sees("  builtin  ready")')
  case('and what was accepted', 'T.sees(("  %d accepted, "):format(T.count("accepted")))')
  input(':Switchyard status<CR>')
  case('the same one the second time', 'vim.fn.winnr("$") == 2')
  input('q')
  input(':Switchyard explan<CR>')
  case('a command that is none is told so', 'T.said("no command \\"explan\\"; there are dashboard, explain") == 1')
  lua([[T.completions = vim.fn.getcompletion('Switchyard ', 'cmdline')]])
  case('commands are completed', 'table.concat(T.completions, " ") == "dashboard explain restart status toggle"')
  input(':Switchyard dashboard<CR>')
  case('dashboard tells how it failed', [[
    T.said('the dashboard ended with 2: switchyard: there is no dashboard today') == 1
  ]])
  vim.fn.writefile({}, env.WORK .. '/panel')
  input(':Switchyard dashboard<CR>')
  case('and where it is', 'T.said("the dashboard is at http://127.0.0.1:") == 1')
  input(':Switchyard dashboard<CR>')
  case('it runs once', 'T.said("the dashboard runs: http://127.0.0.1:") == 1')
end)

group('on and off', function()
  fresh_line()
  input('<Esc>:Switchyard toggle<CR>')
  case('toggle ends the server', 'T.client() == nil and T.said("switchyard: off") == 1')
  case('the status line tells', 'require("switchyard").statusline() == "switchyard off"')
  input(':Switchyard explain<CR>')
  case('a command tells', 'T.said("it is off; :Switchyard toggle turns it on") == 1')
  input(':Switchyard toggle<CR>')
  case('toggle starts it again', 'T.client() ~= nil')
  input(':Switchyard toggle<CR>:Switchyard toggle<CR>')
  case('also at once', 'T.said("switchyard: on") == 2 and T.client() ~= nil')
  case('as one', '#require("switchyard.lsp").clients() == 1 and T.count("requests") == 0')
  input(':Switchyard toggle buffer<CR>')
  case('it is off in one buffer', [[
    T.client() == nil and #require("switchyard.lsp").clients() == 1
  ]])
  lua('vim.cmd("edit!")')
  case('and stays so', 'T.client() == nil')
  input(':Switchyard toggle buffer<CR>')
  case('and on again', 'T.client() ~= nil')
  type_for('with o', '    with open(file_path) as file:')
  input('<Esc>:Switchyard toggle buffer<CR>:Switchyard toggle buffer<CR>')
  type_for('with o', '    with open(file_path) as file:')
end)

local function processes()
  return vim.fn.readfile(env.WORK .. '/processes')
end

group('killed', function()
  fresh_line()
  local before = processes()
  lua('T.messages = {}')
  vim.loop.kill(tonumber(before[#before]), 'sigkill')
  case('it is said', 'T.said("the server ended by itself (signal 9) and was started again") == 1')
  case('it runs again', 'T.client() ~= nil')
  T.report(#processes() == #before + 1, 'as one process', #processes())
  type_for('with o', '    with open(file_path) as file:')
  case('it is said once', 'T.said("was started again") == 1')
  before = processes()
  input('<Esc>:Switchyard restart<CR>')
  local again = vim.wait(60000, function()
    return #processes() == #before + 1
  end, 20)
  T.report(again, 'restart starts another', #processes())
  case('without a word', 'T.client() ~= nil and T.said("was started again") == 1')
end)

group('health', function()
  fresh_line()
  input('<Esc>')
  lua('vim.cmd("checkhealth switchyard")')
  case('it names the server', 'T.sees("switchyard 0.") or table.concat(T.lines(), "\\n"):find("switchyard %d") ~= nil')
  lua('T.health = table.concat(T.lines(), "\\n")')
  case('the keys', 'T.health:find("<Tab>: accept the completion", 1, true) ~= nil')
  case('the models', 'T.health:find("model m1 (", 1, true) ~= nil')
  case('the folder', 'T.health:find("runs for " .. vim.env.WORK .. "/project; columns in utf-", 1, true) ~= nil')
  case('and no error', 'not T.health:find("ERROR", 1, true)')
  lua([[
    vim.cmd('tabonly | only | enew!')
    vim.g.switchyard = { ghots = true, cmd = 'switchyard' }
    vim.cmd('checkhealth switchyard')
    T.health = table.concat(T.lines(), '\n')
    vim.g.switchyard = nil
    vim.cmd('tabonly | only | enew!')
  ]])
  case('an option that is none is an error', 'T.health:find("ghots: no such option; known: ", 1, true) ~= nil')
  case('so is one of another type', 'T.health:find("cmd: a table, not a string", 1, true) ~= nil')
end)

group('help', function()
  lua([[
    local doc = vim.env.WORK .. '/data/help/doc'
    vim.fn.mkdir(doc, 'p')
    vim.fn.writefile(vim.fn.readfile(vim.env.ROOT .. '/editors/nvim/doc/switchyard.txt'), doc .. '/switchyard.txt')
    vim.cmd('helptags ' .. doc)
    vim.opt.runtimepath:append(vim.env.WORK .. '/data/help')
    vim.cmd('help switchyard-keys')
  ]])
  case('its tags lead there', [[
    vim.fn.expand("%:t") == "switchyard.txt" and T.line():find("*switchyard-keys*", 1, true) ~= nil
  ]])
  lua([[
    T.missing = {}
    local function need(tag)
      if not pcall(vim.cmd, 'help ' .. tag) or not T.lines()[1]:find('*switchyard.txt*', 1, true) then
        table.insert(T.missing, tag)
      end
    end
    for tag in table.concat(T.lines(), '\n'):gmatch('|(switchyard%S*)|') do need(tag) end
    for name in pairs(require('switchyard.keys').actions) do
      need('switchyard.' .. name .. '()')
      need('<Plug>(switchyard-' .. name:gsub('_', '-') .. ')')
    end
    for _, name in ipairs(require('switchyard.config').names()) do
      need('switchyard-' .. name)
    end
    vim.cmd('helpclose')
  ]])
  case('all that it refers to is there', 'vim.inspect(T.missing) == "{}"')
end)

group('highlights', function()
  lua('vim.cmd("highlight clear")')
  case('they are linked', [[
    vim.fn.synIDattr(vim.fn.synIDtrans(vim.fn.hlID("SwitchyardTitle")), "name") == "Title"
  ]])
end)

group('the end', function()
  case('no error was left in the messages', [[
    not vim.api.nvim_exec("messages", true):find("Error") and T.said("Error") == 0
  ]])
  local last = processes()
  T.stop()
  local ended = vim.wait(60000, function()
    return vim.loop.kill(tonumber(last[#last]), 0) ~= 0
  end, 20)
  T.report(ended, 'the server ends with Neovim', last[#last])
end)

-- A key of the user's own, options, and a server with two completions.
group('options', function()
  vim.fn.writefile({}, env.WORK .. '/two')
  T.start('averages.py', [[
    vim.keymap.set('i', '<Tab>', 'TAB')
    vim.g.switchyard = { keys = { accept_word = '<C-f>', dismiss = false } }
  ]])
  case('the server starts', 'T.client() ~= nil')
  type_for('with o', '    with open(file_path) as file:')
  case('the status line tells of the last one', [[
    require("switchyard").statusline():match("^m1 body 312 ms %$%d") ~= nil
  ]])
  input('<M-]>')
  case('the next one is shown, with its number', 'T.sees("    with oPEN(FILE_PATH) AS FILE:") and T.sees("2/2")')
  input('<M-]>')
  case('and the first one again', 'T.sees("    with open(file_path) as file:") and T.sees("1/2")')
  input('<M-[>')
  case('and the one before it', 'T.sees("    with oPEN(FILE_PATH) AS FILE:")')
  input('<C-f>')
  case('it is the one that is accepted, with the key of the options', 'T.line() == "    with oPEN"')
  input('<Tab>')
  case('a key that is mapped stays what it is', 'T.line() == "    with oPENTAB"')
  lua([[require('switchyard').setup({ ghost = 1 })]])
  case('an option of another type is said', 'T.said("ghost: a boolean, not a number") == 1')
end)

group('without a server', function()
  T.stop()
  T.start('averages.py', [[vim.g.switchyard = { cmd = { 'nothing-of-this-name' } }]])
  case('a program that is missing is said', [[
    T.said('"nothing-of-this-name" is not in the PATH; install it, or set "cmd" in vim.g.switchyard') == 1
  ]])
  lua('vim.cmd("edit " .. vim.env.WORK .. "/project/sales.py")')
  input('ox<Esc>:Switchyard status<CR>')
  case('and once, but for who asks', 'T.said("nothing-of-this-name") == 2')
  T.stop()
  T.start('averages.py', [[vim.g.switchyard = { cmd = { 'false' } }]])
  case('so is one that ends at once', 'T.said("ended before it served anything (exit code 1)") == 1')
end)

T.run(groups)

local a = require('b')
function f(x)
  if x then return [[long]] end
  for i = 1, 3 do print(i) end
  --[[ c ]]
end

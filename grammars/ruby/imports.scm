((call !receiver method: (identifier) @_call
    arguments: (argument_list . (string (string_content) @import.path))) @import
  (#any-of? @_call "require" "require_relative" "load"))
((call !receiver method: (identifier) @_call
    arguments: (argument_list
      . (simple_symbol) . (string (string_content) @import.path))) @import
  (#any-of? @_call "autoload"))
(method body: (_) @local.scope)
(singleton_method body: (_) @local.scope)

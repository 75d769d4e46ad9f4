((command name: (command_name (word) @_command) . argument: (_) @import.path) @import
  (#any-of? @_command "source" "."))
(function_definition body: (_) @local.scope)

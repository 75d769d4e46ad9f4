((variable_declaration (assignment_statement
    (variable_list name: (identifier) @import.name)
    (expression_list value: (function_call
      name: (identifier) @_call arguments: (arguments . (string) @import.path))))) @import
  (#any-of? @_call "require"))
((variable_declaration (assignment_statement
    (variable_list name: (identifier) @import.name)
    (expression_list value: (dot_index_expression table: (function_call
      name: (identifier) @_call arguments: (arguments . (string) @import.path)))))) @import
  (#any-of? @_call "require"))
((assignment_statement
    (variable_list name: (_) @import.name)
    (expression_list value: (function_call
      name: (identifier) @_call arguments: (arguments . (string) @import.path)))) @import
  (#any-of? @_call "require"))
((function_call name: (identifier) @_call arguments: (arguments . (string) @import.path)) @import
  (#any-of? @_call "require" "dofile"))
(function_declaration body: (_) @local.scope)
(function_definition body: (_) @local.scope)

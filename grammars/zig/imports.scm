((variable_declaration (identifier) @import.name (builtin_function
    (builtin_identifier) @_builtin (arguments (string) @import.path))) @import
  (#any-of? @_builtin "@import" "@embedFile"))
((variable_declaration (identifier) @import.name (field_expression object: (builtin_function
    (builtin_identifier) @_builtin (arguments (string) @import.path)))) @import
  (#any-of? @_builtin "@import"))
((variable_declaration (identifier) @import.name (field_expression object: (field_expression
    object: (builtin_function
      (builtin_identifier) @_builtin (arguments (string) @import.path))))) @import
  (#any-of? @_builtin "@import"))
((variable_declaration (identifier) @import.name (builtin_function
    (builtin_identifier) @_builtin (arguments (builtin_function
      (arguments (string) @import.path))))) @import
  (#any-of? @_builtin "@cImport"))
((using_namespace_declaration (builtin_function
    (builtin_identifier) @_builtin (arguments (string) @import.path))) @import
  (#any-of? @_builtin "@import"))
(function_declaration body: (_) @local.scope)

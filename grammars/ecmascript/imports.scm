; What JavaScript and TypeScript have in common: their queries inherit it.
(import_statement source: (string) @import.path) @import
(import_statement (import_clause (identifier) @import.name)) @import
(import_statement (import_clause
  (named_imports (import_specifier name: (_) @import.name)))) @import
(import_statement (import_clause (namespace_import (identifier) @import.name))) @import
(export_statement source: (string) @import.path) @import
(export_statement
  (export_clause (export_specifier name: (_) @import.name)) source: (string)) @import

; const { a, b } = require("c")
((lexical_declaration (variable_declarator value: (call_expression
    function: (identifier) @_call arguments: (arguments . (string) @import.path)))) @import
  (#any-of? @_call "require"))
((lexical_declaration (variable_declarator
    name: [(identifier) @import.name
           (object_pattern (shorthand_property_identifier_pattern) @import.name)
           (object_pattern (pair_pattern key: (_) @import.name))]
    value: (call_expression function: (identifier) @_call))) @import
  (#any-of? @_call "require"))
((variable_declaration (variable_declarator
    name: (_) @import.name
    value: (call_expression
      function: (identifier) @_call arguments: (arguments . (string) @import.path)))) @import
  (#any-of? @_call "require"))
((expression_statement (call_expression
    function: (identifier) @_call arguments: (arguments . (string) @import.path))) @import
  (#any-of? @_call "require"))
(function_declaration body: (_) @local.scope)
(method_definition body: (_) @local.scope)
(arrow_function body: (statement_block) @local.scope)
(function_expression body: (_) @local.scope)

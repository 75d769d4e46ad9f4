(namespace_use_declaration (namespace_use_clause
  . [(name) (qualified_name)] @import.path)) @import
(namespace_use_declaration (namespace_use_clause
  (qualified_name (name) @import.name))) @import
(namespace_use_declaration (namespace_name) @import.path) @import
(namespace_use_declaration body: (namespace_use_group
  (namespace_use_clause . (_) @import.name))) @import
(expression_statement [
  (include_expression (_) @import.path)
  (include_once_expression (_) @import.path)
  (require_expression (_) @import.path)
  (require_once_expression (_) @import.path)]) @import
(function_definition body: (_) @local.scope)
(method_declaration body: (_) @local.scope)

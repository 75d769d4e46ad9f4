(use_declaration argument: [
  (identifier) (scoped_identifier) (crate) (self)] @import.path) @import
(use_declaration argument: (scoped_identifier name: (_) @import.name)) @import
(use_declaration argument: (use_as_clause path: (_) @import.path)) @import
(use_declaration argument: (use_wildcard (_) @import.path)) @import
(use_declaration argument: (scoped_use_list path: (_) @import.path)) @import
(use_declaration argument: (scoped_use_list list: (use_list
  [(identifier) (scoped_identifier) (self)] @import.name))) @import
(use_declaration argument: (scoped_use_list list: (use_list
  (use_as_clause path: (_) @import.name)))) @import
(use_declaration argument: (scoped_use_list list: (use_list
  (scoped_use_list path: (_) @import.name)))) @import
(extern_crate_declaration name: (_) @import.path) @import
(mod_item name: (_) @import.path !body) @import
(function_item body: (_) @local.scope)

(import_declaration (import_spec path: (_) @import.path)) @import
(import_declaration (import_spec name: (_) @import.name)) @import
(import_declaration (import_spec_list (import_spec path: (_) @import.path))) @import
(import_declaration (import_spec_list (import_spec name: (_) @import.name))) @import

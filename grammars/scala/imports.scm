; The grammar has no node for the whole path: each of its words is a part.
(import_declaration (identifier) @import.path) @import
(import_declaration (identifier) @import.name .) @import
(import_declaration (namespace_selectors (identifier) @import.name)) @import
(import_declaration (namespace_selectors (arrow_renamed_identifier name: (_) @import.name))) @import
(import_declaration (namespace_selectors (as_renamed_identifier name: (_) @import.name))) @import
(import_declaration (as_renamed_identifier name: (_) @import.name)) @import
(import_declaration (namespace_wildcard) @import.name) @import

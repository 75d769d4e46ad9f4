(import_header (identifier) @import.path) @import
(import_header (identifier (simple_identifier) @import.name .) .) @import
(import_header (identifier (simple_identifier) @import.name .) (import_alias)) @import
(import_header (wildcard_import) @import.name) @import

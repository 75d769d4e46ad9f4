(open_module module: (_) @import.path) @import
(include_module module: (_) @import.path) @import

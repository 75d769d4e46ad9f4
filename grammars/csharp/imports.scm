(using_directive name: (identifier) @import.name) @import
(using_directive [(identifier) (qualified_name) (alias_qualified_name)] @import.path . ";") @import
(extern_alias_directive name: (_) @import.path) @import

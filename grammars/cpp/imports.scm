(preproc_include path: (_) @import.path) @import
(using_declaration [(identifier) (qualified_identifier)] @import.path) @import
(compound_statement) @local.scope

(signature name: (variable) @name) @definition.function
(function name: (variable) @name (match ["=" "|"] @body)) @definition.function
(declarations (bind name: (variable) @name (match ["=" "|"] @body)) @definition.function)
(class name: (_) @name "where"? @body) @definition.interface
(instance name: (_) @name "where"? @body) @definition.class
(data_type name: (_) @name) @definition.type
(newtype name: (_) @name) @definition.type
(type_synomym name: (_) @name) @definition.type
(type_family name: (_) @name) @definition.type

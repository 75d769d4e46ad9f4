(class_declaration name: (_) @name body: (_) @body) @definition.class
(trait_declaration name: (_) @name body: (_) @body) @definition.class
(enum_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.interface
(namespace_definition name: (_) @name body: (_) @body) @definition.module
(function_definition name: (_) @name body: (_) @body) @definition.function
(method_declaration name: (_) @name body: (compound_statement)? @body) @definition.method
(const_declaration (const_element . (name) @name)) @definition.constant

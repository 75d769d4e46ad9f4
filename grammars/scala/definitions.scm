(class_definition name: (_) @name body: (template_body)? @body) @definition.class
(object_definition name: (_) @name body: (template_body)? @body) @definition.class
(package_object name: (_) @name body: (template_body) @body) @definition.class
(enum_definition name: (_) @name body: (enum_body) @body) @definition.class
(trait_definition name: (_) @name body: (template_body)? @body) @definition.interface
(given_definition name: (_) @name "with"? @body) @definition.class
(function_definition name: (_) @name ["=" (block)] @body) @definition.function
(function_declaration name: (_) @name) @definition.function
(compilation_unit (val_definition pattern: (identifier) @name) @definition.constant)
(type_definition name: (_) @name) @definition.type

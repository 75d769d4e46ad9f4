(value_definition (let_binding pattern: (value_name) @name . (parameter) "="? @body)) @definition.function
(compilation_unit (value_definition (let_binding pattern: (value_name) @name . "=")) @definition.constant)
(external (value_name) @name) @definition.function
(value_specification (value_name) @name) @definition.function
(method_definition (method_name) @name "="? @body) @definition.method
(method_specification (method_name) @name) @definition.method
(module_definition (module_binding (module_name) @name "="? @body)) @definition.module
(module_type_definition (module_type_name) @name "="? @body) @definition.interface
(class_definition (class_binding (class_name) @name "="? @body)) @definition.class
(type_definition (type_binding name: (_) @name)) @definition.type
(exception_definition (constructor_declaration (constructor_name) @name)) @definition.type

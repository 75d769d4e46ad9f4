(class_declaration "class" (type_identifier) @name
  [(class_body) (enum_class_body)]? @body) @definition.class
(class_declaration "interface" (type_identifier) @name
  (class_body)? @body) @definition.interface
(object_declaration (type_identifier) @name (class_body)? @body) @definition.class
(companion_object (class_body) @body) @definition.class
(function_declaration (simple_identifier) @name (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name "{"? @body) @definition.method
(source_file (property_declaration
  (variable_declaration (simple_identifier) @name)) @definition.constant)
(type_alias (type_identifier) @name) @definition.type

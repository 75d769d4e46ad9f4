(function_declaration name: (_) @name body: (block)? @body) @definition.function
(method_declaration name: (_) @name body: (block)? @body) @definition.method
(method_elem name: (_) @name) @definition.method
(type_spec name: (_) @name
  type: (struct_type (field_declaration_list) @body)) @definition.class
(type_spec name: (_) @name type: (interface_type "{" @body)) @definition.interface
(type_spec name: (_) @name type: [
  (type_identifier) (qualified_type) (pointer_type) (slice_type) (array_type)
  (map_type) (channel_type) (function_type) (generic_type)]) @definition.type
(type_alias name: (_) @name) @definition.type
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))

(function_declaration name: (_) @name body: (_)? @body) @definition.function
(variable_declaration (identifier) @name [
  (struct_declaration "{" @body)
  (enum_declaration "{" @body)
  (union_declaration "{" @body)
  (opaque_declaration "{" @body)
  (error_set_declaration "{" @body)]) @definition.class
(test_declaration [(string (string_content) @name) (identifier) @name] (block) @body) @definition.function

; The body begins at the colon: comments may stand between it and the block.
(class_definition name: (identifier) @name ":" @body) @definition.class
(function_definition name: (identifier) @name ":" @body) @definition.function
(type_alias_statement left: (type) @name) @definition.type
(module (expression_statement
  (assignment left: (identifier) @name)) @definition.constant)

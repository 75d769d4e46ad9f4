; What JavaScript and TypeScript have in common: their queries inherit it.
(class_declaration name: (_) @name body: (class_body) @body) @definition.class
(function_declaration
  name: (identifier) @name body: (statement_block) @body) @definition.function
(generator_function_declaration
  name: (identifier) @name body: (statement_block) @body) @definition.function
(method_definition name: (_) @name body: (statement_block) @body) @definition.method

; const f = () => …, and what else is a function with a name
(lexical_declaration (variable_declarator name: (identifier) @name value: [
  (arrow_function body: (_) @body)
  (function_expression body: (_) @body)
  (generator_function body: (_) @body)])) @definition.function
(variable_declaration (variable_declarator name: (identifier) @name value: [
  (arrow_function body: (_) @body)
  (function_expression body: (_) @body)])) @definition.function
(lexical_declaration (variable_declarator
  name: (identifier) @name value: (class body: (_) @body))) @definition.class
(pair key: (_) @name value: [
  (arrow_function body: (_) @body)
  (function_expression body: (_) @body)]) @definition.method
(expression_statement (assignment_expression left: [
  (identifier) @name
  (member_expression property: (_) @name)] right: [
  (arrow_function body: (_) @body)
  (function_expression body: (_) @body)])) @definition.function
(expression_statement (assignment_expression left: [
  (identifier) @name
  (member_expression property: (_) @name)] right: (class body: (_) @body))) @definition.class

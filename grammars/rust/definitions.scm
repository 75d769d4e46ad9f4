(function_item name: (_) @name body: (block) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function
(struct_item name: (_) @name body: (field_declaration_list) @body) @definition.class
(struct_item name: (_) @name body: (ordered_field_declaration_list)) @definition.class
(struct_item name: (_) @name !body) @definition.class
(enum_item name: (_) @name body: (_) @body) @definition.class
(union_item name: (_) @name body: (_) @body) @definition.class
(trait_item name: (_) @name body: (_) @body) @definition.interface
(impl_item
  type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier) @name]
  body: (_) @body) @definition.class
(mod_item name: (_) @name body: (_) @body) @definition.module
(macro_definition name: (_) @name (macro_rule) @body) @definition.macro
(type_item name: (_) @name) @definition.type
(const_item name: (_) @name) @definition.constant
(static_item name: (_) @name) @definition.constant

(import_statement [
  (string_value) @import.path
  (call_expression (arguments [(string_value) (plain_value)] @import.path))]) @import

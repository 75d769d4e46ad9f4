; A schema is all that a file of JSON refers to.
((pair key: (string) @_key value: (string (string_content) @import.path)) @import
  (#any-of? @_key "\"$schema\"" "\"$ref\""))

; What has an id.
((element (start_tag (attribute (attribute_name) @_attribute
    (quoted_attribute_value (attribute_value) @name)) ">" @body)) @definition.module
  (#any-of? @_attribute "id"))
((element (self_closing_tag (attribute (attribute_name) @_attribute
    (quoted_attribute_value (attribute_value) @name)))) @definition.module
  (#any-of? @_attribute "id"))

((script_element (start_tag (attribute (attribute_name) @_attribute
    (quoted_attribute_value (attribute_value) @import.path)))) @import
  (#any-of? @_attribute "src"))
((element (start_tag (tag_name) @_tag (attribute (attribute_name) @_attribute
    (quoted_attribute_value (attribute_value) @import.path)))) @import
  (#any-of? @_tag "link") (#any-of? @_attribute "href"))
((element (self_closing_tag (tag_name) @_tag (attribute (attribute_name) @_attribute
    (quoted_attribute_value (attribute_value) @import.path)))) @import
  (#any-of? @_tag "link") (#any-of? @_attribute "href"))

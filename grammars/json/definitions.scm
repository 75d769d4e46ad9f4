; The names of what is nested, down to the third level.
(document (object (pair key: (string (string_content) @name)
  value: [(object) (array)] @body) @definition.module))
(document (object (pair value: (object (pair key: (string (string_content) @name)
  value: [(object) (array)] @body) @definition.module))))

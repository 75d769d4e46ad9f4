((call target: (identifier) @_call (arguments . (alias) @import.path)) @import
  (#any-of? @_call "import" "alias" "use" "require"))
((call target: (identifier) @_call
    (arguments . (dot left: (alias) @import.path right: (tuple (alias) @import.name)))) @import
  (#any-of? @_call "import" "alias" "use" "require"))
((call target: (identifier) @_call (do_block) @local.scope)
  (#any-of? @_call "def" "defp" "defmacro" "defmacrop"))

; All is a call here: what it defines is told by its name.
((call target: (identifier) @_call (arguments . (alias) @name) (do_block)? @body) @definition.module
  (#any-of? @_call "defmodule" "defprotocol" "defimpl"))
((call target: (identifier) @_call
    (arguments . [
      (identifier) @name
      (call target: (identifier) @name)
      (binary_operator left: (call target: (identifier) @name))
      (binary_operator left: (identifier) @name)])
    (do_block)? @body) @definition.function
  (#any-of? @_call "def" "defp" "defguard" "defguardp" "defdelegate"))
((call target: (identifier) @_call
    (arguments . [(identifier) @name (call target: (identifier) @name)])
    (do_block)? @body) @definition.macro
  (#any-of? @_call "defmacro" "defmacrop"))
((call target: (identifier) @_call (arguments . (string) @name) (do_block) @body) @definition.function
  (#any-of? @_call "test" "describe"))

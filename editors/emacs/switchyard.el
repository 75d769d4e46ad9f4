;;; switchyard.el --- Switchyard through eglot  -*- lexical-binding: t -*-

;; Copy it to your load path, then (require 'switchyard) and M-x eglot in a
;; programming buffer; completion is as ever (C-M-i, or company).  `switchyard'
;; has to be on the PATH, or set `switchyard-command' before.

;;; Code:

(require 'eglot)

(defvar switchyard-command '("switchyard" "--stdio")
  "The program that serves, with its arguments.")

(dolist (mode '(python-mode js-mode typescript-mode c-mode c++-mode go-mode
                rust-mode java-mode ruby-mode php-mode csharp-mode sh-mode
                lua-mode kotlin-mode mhtml-mode css-mode json-mode zig-mode
                elixir-mode))
  (add-to-list 'eglot-server-programs (cons mode switchyard-command)))

(provide 'switchyard)
;;; switchyard.el ends here

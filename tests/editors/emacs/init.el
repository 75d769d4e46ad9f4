;;; init.el --- a user's, for real keys in a terminal  -*- lexical-binding: t -*-

(package-initialize)
(setq make-backup-files nil
      create-lockfiles nil
      auto-save-default nil
      inhibit-startup-screen t
      ring-bell-function #'ignore
      native-comp-async-report-warnings-errors nil
      company-frontends '(company-pseudo-tooltip-frontend) ; also for one
      eglot-sync-connect 20
      eglot-autoreconnect nil
      browse-url-browser-function (lambda (url &rest _)
                                    (message "Browsing %s" url))
      eglot-stay-out-of '(flymake)) ; from Emacs 30 on it wants a margin
(menu-bar-mode -1)
(global-eldoc-mode -1)
;; Room for what the mode line shows.
(setq-default mode-line-format '("%b%* " mode-line-position minor-mode-alist))

(require 'switchyard)
(setq switchyard-command (list (getenv "SWITCHYARD"))
      eglot-server-programs nil) ; whatever this machine has is no part of it
(switchyard-eglot-setup)
(add-hook 'prog-mode-hook #'eglot-ensure)

;; Two completions to choose from, which no model gives yet.
(defun test-several ()
  "Show two completions at point."
  (interactive)
  (switchyard-dismiss) ; and what was asked while one typed
  (let* ((here (eglot--pos-to-lsp-position))
         (item (lambda (text)
                 `(:insertText ,text :range (:start ,here :end ,here)))))
    (switchyard--answered
     (list :items (vector (funcall item "first()") (funcall item "second()"))))))

(defun test-broken-dashboard ()
  "Start a dashboard that can't be."
  (interactive)
  (let ((switchyard-command '("sh" "-c" "echo there is none today; exit 2")))
    (switchyard-dashboard)))

;;; init.el ends here

;;; beside.el --- in front of a real server, under eglot  -*- lexical-binding: t -*-

(require 'tap)

(defvar beside-script (expand-file-name "script.json" (getenv "WORK")))
(write-region "{\"menu\": {\"text\": \"th_px * b.height;\"},
                \"ghost\": {\"text\": \"rea(b) * 2;\"}}"
              nil beside-script nil 'quiet)
(defvar beside-fake (tap-fake "--script" beside-script))

;; One of ours has all its time to join the list: what is in it does not depend
;; on the clock.
(tap-configure "{ \"providers\": [ { \"name\": \"fake\", \"type\": \"vllm\",
    \"endpoint\": \"%s\", \"models\": [ { \"id\": \"menu\" }, { \"id\": \"ghost\" } ] } ],
    \"routes\": [ { \"pattern\": \"wid$\", \"model\": \"menu\", \"deadline_ms\": 20000 },
                { \"default\": \"ghost\", \"deadline_ms\": 20000 } ],
    \"rules\": [ { \"condition\": \"line_prefix LIKE '%%hei'\", \"action\": \"silence\" } ],
    \"draft_ms\": \"never\", \"prefetch\": \"off\",
    \"wrap\": { \"wait_ms\": 10000, \"patience_ms\": 60000 },
    \"builtin\": { \"workspace\": false } }"
               beside-fake)

(defvar beside-source "struct box {
    int width_px;
    int width_mm;
    int height;
};

int area(struct box b)
{
    return b.width_px * b.height;
}

int twice(struct box b)
{
    
}
")

(defun beside-type (text)
  "Have TEXT alone on the line of the last function's body."
  (goto-char (point-max))
  (forward-line -2)
  (delete-region (line-beginning-position) (line-end-position))
  (insert text))

(defun beside-menu ()
  "What the menu offers at point, as it is shown."
  (completion-help-at-point)
  (prog1 (with-current-buffer "*Completions*" (buffer-string))
    (kill-buffer "*Completions*")
    (completion-in-region-mode -1))) ; the command loop ends it, of which is none

(defun beside-clangd ()
  "The number of the clangd that our server started, or nil."
  (let ((ours (process-id (jsonrpc--process (switchyard-server)))))
    (seq-find (lambda (pid)
                (let ((what (process-attributes pid)))
                  (and (eql (alist-get 'ppid what) ours)
                       (not (equal (alist-get 'state what) "Z"))
                       (string-prefix-p "clangd" (alist-get 'comm what)))))
              (list-system-processes))))

(defun beside-ghost (line)
  "Ghost text comes behind LINE, and is taken."
  (beside-type line)
  (switchyard-complete)
  (tap-wait #'switchyard--ghost)
  (tap-equal (switchyard--ghost) "rea(b) * 2;" "ghost text comes")
  (when switchyard--overlay
    (switchyard-accept))
  (tap-equal (tap-line) (concat line "rea(b) * 2;") "and is taken"))

(defun beside-ghosts ()
  "While clangd runs."
  (beside-ghost "    return a"))

(defun beside-starts ()
  "By eglot's own table."
  (switchyard-eglot-setup)
  (write-region beside-source nil (expand-file-name "box.c" (getenv "WORK")) nil 'quiet)
  (find-file (expand-file-name "box.c" (getenv "WORK")))
  (c-mode)
  (apply #'eglot--connect (eglot--guess-contact))
  (tap-report (tap-wait #'switchyard-server) "eglot connects" "no server")
  (tap-report (beside-clangd) "clangd runs behind us"
              (process-command (jsonrpc--process (eglot-current-server))))
  (tap-report switchyard-mode "ghost text is on" "it is off"))

(defun beside-both-complete ()
  "The menu has what both know."
  (beside-type "    return b.wid")
  (let ((menu (beside-menu)))
    (dolist (row '(("width_mm" "clangd's members are in the menu")
                   ("width_px * b.height;" "and ours beside them")))
      (tap-report (string-search (car row) menu) (cadr row) menu)))
  (beside-type "    return b.hei")
  (completion-at-point)
  (tap-equal (tap-line) "    return b.height" "the one member that fits goes in")
  (completion-in-region-mode -1))

(defun beside-said ()
  "What eldoc shows in its buffer."
  (let ((buffer (seq-find (lambda (it) (string-match-p "\\`\\*eldoc" (buffer-name it)))
                          (buffer-list))))
    (if buffer (with-current-buffer buffer (buffer-string)) "")))

(defun beside-hover ()
  "What clangd knows of a name."
  (goto-char (point-min))
  (search-forward "b.hei")
  (eldoc-print-current-symbol-info t)
  (tap-report (tap-wait (lambda () (string-search "int height" (beside-said))))
              "hover tells what clangd knows" (beside-said)))

(defun beside-goes-on ()
  "Without clangd, and with the one that is started after it."
  (let* ((server (switchyard-server)) (first (beside-clangd)) (said nil)
         (listen (lambda (_server _method &rest params)
                   (push (plist-get params :message) said))))
    (advice-add 'eglot-handle-notification :before listen)
    (signal-process first 'kill)
    (tap-report (tap-wait (lambda () (not (eql (beside-clangd) first))))
                "clangd is killed" "it lives")
    (beside-ghost "    int height = a")
    (tap-report (eq (switchyard-server) server) "eglot has the same server" "another")
    (tap-report (tap-wait #'beside-clangd) "clangd is started again" "it is not")
    (beside-type "    return b.wid")
    (let (menu)
      (tap-report (tap-wait (lambda ()
                              (setq menu (beside-menu))
                              (string-search "width_mm" menu)))
                  "and knows the text as it is by now" menu))
    (advice-remove 'eglot-handle-notification listen)
    (setq said (seq-filter (lambda (it) (string-search "was killed by signal 9" (or it "")))
                           said))
    (tap-equal (length said) 1 "one message says so")))

(defun beside-ends ()
  "Both end when eglot ends one."
  (let ((clangd (beside-clangd)))
    (eglot-shutdown (eglot-current-server))
    (tap-report (tap-wait (lambda () (null (process-attributes clangd))))
                "clangd ends with us" "it lives"))
  (tap-fake-end beside-fake))

(tap-main #'beside-starts #'beside-both-complete #'beside-hover #'beside-ghosts
          #'beside-goes-on #'beside-ends)

;;; beside.el ends here

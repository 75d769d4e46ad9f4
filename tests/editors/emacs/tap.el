;;; tap.el --- what all tests in Emacs need  -*- lexical-binding: t -*-

(package-initialize)
(setq make-backup-files nil
      create-lockfiles nil
      native-comp-async-report-warnings-errors nil
      eglot-sync-connect nil ; it may miss the answer, and wait for more
      eglot-autoreconnect nil)
(require 'switchyard)
(setq switchyard-command (list (getenv "SWITCHYARD")))

(defvar tap-number 0)
(defvar tap-failed nil)

(defun tap-report (good name detail)
  "Print a line of TAP: whether NAME is GOOD, with DETAIL when it is not."
  (setq tap-number (1+ tap-number))
  (princ (format "%s %d - %s\n" (if good "ok" "not ok") tap-number name))
  (unless good
    (setq tap-failed t)
    (princ (concat "# " (replace-regexp-in-string "\n" "\n# " (format "%s" detail))
                   "\n"))))

(defun tap-equal (found wanted name)
  "Report as NAME whether FOUND is WANTED."
  (tap-report (equal found wanted) name
              (format "found  %S\nwanted %S" found wanted)))

(defun tap-wait (test)
  "Let processes speak until TEST gives non-nil, at most a minute."
  (let ((until (+ (float-time) 60)) value)
    (while (and (not (setq value (funcall test))) (< (float-time) until))
      (accept-process-output nil 0.02))
    value))

(defun tap-line ()
  "The line that point is on."
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun tap-fake (&rest arguments)
  "A model server of ARGUMENTS; what it told is its property `events'."
  (let ((fake (make-process
               :name "fake" :connection-type 'pipe :noquery t
               :command (cons (getenv "FAKE") arguments)
               :filter (lambda (process text)
                         (process-put process 'events
                                      (concat (process-get process 'events) text))))))
    (tap-wait (lambda () (tap-fake-endpoint fake)))
    fake))

(defun tap-fake-endpoint (fake)
  "The address of FAKE, or nil when it has told none yet."
  (let ((events (process-get fake 'events)))
    (when (string-match "^port \\([0-9]+\\)\n" (or events ""))
      (format "http://127.0.0.1:%s/v1" (match-string 1 events)))))

(defun tap-fake-end (fake)
  "Have FAKE end."
  (process-send-eof fake)
  (tap-wait (lambda () (not (process-live-p fake)))))

(defun tap-configure (format fake)
  "The user's configuration: FORMAT, with the address of FAKE."
  (write-region (format format (tap-fake-endpoint fake)) nil
                (expand-file-name "switchyard/config.json" (getenv "XDG_CONFIG_HOME"))
                nil 'quiet))

(defun tap-main (&rest cases)
  "Run CASES, print the plan, and end."
  (dolist (case cases)
    (condition-case problem
        (funcall case)
      (error (tap-report nil (symbol-name case) problem))))
  (princ (format "1..%d\n" tap-number))
  (kill-emacs (if tap-failed 1 0)))

(provide 'tap)
;;; tap.el ends here

;;; driver.el --- types as a user does, under eglot  -*- lexical-binding: t -*-

(package-initialize)
(setq make-backup-files nil
      create-lockfiles nil
      eglot-sync-connect 20
      eglot-autoreconnect nil)

(defvar driver-number 0)
(defvar driver-failed nil)
(defvar driver-port nil)
(defvar driver-events "")

(defun driver-report (good name detail)
  "Print a line of TAP: whether NAME is GOOD, with DETAIL when it is not."
  (setq driver-number (1+ driver-number))
  (princ (format "%s %d - %s\n" (if good "ok" "not ok") driver-number name))
  (unless good
    (setq driver-failed t)
    (princ (concat "# " (replace-regexp-in-string "\n" "\n# " (format "%s" detail))
                   "\n"))))

(defun driver-wait (test)
  "Let processes speak until TEST gives non-nil, at most 20 seconds."
  (let ((until (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall test))) (< (float-time) until))
      (accept-process-output nil 0.02))
    value))

(defvar driver-fake
  (make-process
   :name "fake" :connection-type 'pipe :noquery t
   :command (list (getenv "FAKE") "--text" "pen(file_path) as file:\\n")
   :filter (lambda (_process text)
             (setq driver-events (concat driver-events text))
             (when (string-match "^port \\([0-9]+\\)" driver-events)
               (setq driver-port (match-string 1 driver-events))))))
(driver-wait (lambda () driver-port))

(with-temp-file (expand-file-name "switchyard/config.json" (getenv "XDG_CONFIG_HOME"))
  (insert (format "{ \"providers\": [ { \"name\": \"fake\", \"type\": \"vllm\",
    \"endpoint\": \"http://127.0.0.1:%s/v1\", \"models\": [ { \"id\": \"text\" } ] } ],
    \"routes\": [ { \"default\": \"text\" } ] }" driver-port)))

(defvar switchyard-command (list (getenv "SWITCHYARD") "--stdio"))
(require 'switchyard)

(defun driver-line ()
  "The line that point is on."
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun driver-run ()
  "The session."
  (find-file (expand-file-name "averages.py" (getenv "WORK")))
  (python-mode)
  (apply #'eglot--connect (eglot--guess-contact))
  (driver-report (eglot-current-server) "eglot connects" "no server")

  (goto-char (point-min))
  (search-forward "with open")
  (beginning-of-line)
  (open-line 1)
  (insert "    with o")
  (completion-at-point)
  (driver-report (equal (driver-line) "    with open(file_path) as file:")
                 "accepting puts the text into the buffer" (driver-line))
  (driver-wait (lambda () (string-match-p "def calculate_averages" driver-events)))
  (driver-report (string-match-p "def calculate_averages" driver-events)
                 "the model server saw the code above the cursor" driver-events)

  (end-of-line)
  (insert "\n        größe = \"𝒳\" + o")
  (completion-at-point)
  (driver-report (equal (driver-line)
                        "        größe = \"𝒳\" + open(file_path) as file:")
                 "behind text that is not ASCII it goes to the right column"
                 (driver-line))

  (save-buffer)
  (driver-report (with-temp-buffer
                   (insert-file-contents (expand-file-name "averages.py" (getenv "WORK")))
                   (search-forward "    with open(file_path) as file:" nil t))
                 "the file holds it" "it does not")
  (eglot-shutdown (eglot-current-server))
  (driver-report (not (eglot-current-server)) "the server ends when it is told to" "it lives"))

(condition-case problem
    (driver-run)
  (error (driver-report nil "the driver" problem)))
(process-send-eof driver-fake)
(driver-wait (lambda () (not (process-live-p driver-fake))))
(princ (format "1..%d\n" driver-number))
(kill-emacs (if driver-failed 1 0))

;;; driver.el ends here

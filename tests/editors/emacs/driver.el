;;; driver.el --- types as a user does, under eglot  -*- lexical-binding: t -*-

(require 'tap)

(defvar driver-fake (tap-fake "--text" "pen(file_path) as file:\\n"))

(tap-configure "{ \"providers\": [ { \"name\": \"fake\", \"type\": \"vllm\",
    \"endpoint\": \"%s\", \"models\": [ { \"id\": \"text\" } ] } ],
    \"routes\": [ { \"default\": \"text\" } ],
    \"deadline_ms\": 20000, \"draft_ms\": \"never\", \"prefetch\": \"off\",
    \"rules\": [ { \"condition\": \"line_prefix = 'none'\", \"action\": \"silence\" } ] }"
               driver-fake)

(defun driver-asked-p (text)
  "Whether the model server was sent TEXT."
  (string-search text (process-get driver-fake 'events)))

(defun driver-completes ()
  "By the menu, as every server's completions."
  (setq eglot-server-programs nil)
  (switchyard-eglot-setup)
  (find-file (expand-file-name "averages.py" (getenv "WORK")))
  (python-mode)
  (apply #'eglot--connect (eglot--guess-contact))
  (tap-report (tap-wait #'switchyard-server) "eglot connects" "no server")
  (tap-report switchyard-mode "ghost text is on where we serve" "it is off")

  (goto-char (point-min))
  (search-forward "with open")
  (beginning-of-line)
  (open-line 1)
  (insert "    with o")
  (completion-at-point)
  (tap-equal (tap-line) "    with open(file_path) as file:"
             "accepting puts the text into the buffer")
  (tap-report (tap-wait (lambda () (driver-asked-p "def calculate_averages")))
              "the model server saw the code above the cursor"
              (process-get driver-fake 'events))

  (end-of-line)
  (insert "\n        with größe or \"𝒳\" or o")
  (completion-at-point)
  (tap-equal (tap-line) "        with größe or \"𝒳\" or open(file_path) as file:"
             "behind text that is not ASCII it goes to the right column")

  (save-buffer)
  (tap-report (with-temp-buffer
                (insert-file-contents (expand-file-name "averages.py" (getenv "WORK")))
                (search-forward "    with open(file_path) as file:" nil t))
              "the file holds it" "it does not"))

(defun driver-told ()
  "What the server knows of ghost text: shown, accepted, accepted in part."
  (let ((status (switchyard--request :switchyard/status)))
    (mapcar (lambda (key) (plist-get status key))
            '(:displayed :accepted :acceptedPartly))))

(defun driver-tells ()
  "Ghost text, and what the server hears of it."
  (completion-in-region-mode -1) ; the command loop ends it, of which is none
  (end-of-line)
  (insert "\n        with 𝒳o")
  (let ((before (driver-told)))
    (switchyard-complete)
    (tap-report (tap-wait #'switchyard--ghost) "ghost text comes" "none came")
    (tap-equal (switchyard--ghost) "pen(file_path) as file:"
               "it goes on where point is")
    (tap-equal (cl-mapcar #'- (driver-told) before) '(1 0 0) "it is told as shown")
    (switchyard-accept-word)
    (tap-equal (tap-line) "        with 𝒳open" "a word of it is taken")
    (tap-equal (cl-mapcar #'- (driver-told) before) '(1 0 1)
               "which is told as accepted in part")
    (tap-report (string-match-p
                 ;; "𝒳" is two units, "open" four.
                 "didPartiallyAcceptCompletion\\(?:.\\|\n\\)*acceptedLength\"?[: ]*6"
                 (with-current-buffer (jsonrpc-events-buffer (switchyard-server))
                   (buffer-string)))
                "with its length in UTF-16 units" "another length")
    (switchyard-accept)
    (tap-equal (tap-line) "        with 𝒳open(file_path) as file:" "then all of it")
    (tap-wait (lambda () (equal (cadr (cl-mapcar #'- (driver-told) before)) 1)))
    (tap-equal (cl-mapcar #'- (driver-told) before) '(1 1 1)
               "which is told as accepted")))

(defun driver-errs ()
  "What a person sees when something is not there."
  (end-of-line)
  (insert "\nnone")
  (let (said)
    (cl-letf (((symbol-function 'message)
               (lambda (&rest arguments) (setq said (apply #'format arguments)))))
      (switchyard-complete)
      (tap-wait (lambda () said)))
    (tap-equal said "Switchyard has no completion here"
               "a place without a completion is told of"))
  (with-temp-buffer
    (tap-equal (condition-case problem (switchyard-explain)
                 (user-error (cadr problem)))
               "Switchyard does not serve this buffer; start it by M-x eglot"
               "a buffer without a server is told of")))

(defun driver-ends ()
  "The server goes away, by itself and when it is told to."
  (let ((process (jsonrpc--process (switchyard-server))))
    (switchyard--ask 0)
    (signal-process process 'kill)
    (tap-report (tap-wait (lambda () (not (eglot-managed-p)))) "a server that dies is let go"
                "it is still thought to live")
    (tap-report (not (or switchyard-mode switchyard--asked switchyard--overlay))
                "and ghost text ends with it" "it is on"))
  (apply #'eglot--connect (eglot--guess-contact))
  (tap-wait #'eglot-current-server)
  (eglot-shutdown (eglot-current-server))
  (tap-report (not (eglot-current-server)) "the server ends when it is told to" "it lives")
  (tap-fake-end driver-fake))

(tap-main #'driver-completes #'driver-tells #'driver-errs #'driver-ends)

;;; driver.el ends here

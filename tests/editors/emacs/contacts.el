;;; contacts.el --- what eglot is to start, by mode  -*- lexical-binding: t -*-

(require 'tap)

;; Programs are found here alone: two that do nothing.
(defvar contacts-bin (expand-file-name "bin/" (getenv "WORK")))
(make-directory contacts-bin)
(dolist (name '("switchyard" "there"))
  (write-region "#!/bin/sh\n" nil (expand-file-name name contacts-bin) nil 'quiet)
  (set-file-modes (expand-file-name name contacts-bin) #o755))
(defvar contacts-there (expand-file-name "there" contacts-bin))
(setq exec-path (list contacts-bin)
      switchyard-command '("switchyard" "--log" "debug"))

(defvar contacts-rows
  `(("a program that is there runs behind us"
     ("there" "--stdio")
     ("switchyard" "--log" "debug" "--wrap" "--" "there" "--stdio"))
    ("with what it is told at the start"
     ("there" :initializationOptions (:a 1))
     ("switchyard" "--log" "debug" "--wrap" "--" "there" :initializationOptions (:a 1)))
    ("in a class of its own"
     (eglot-lsp-server "there" "-v")
     (eglot-lsp-server "switchyard" "--log" "debug" "--wrap" "--" "there" "-v"))
    ("or found by a function of one argument"
     ,(lambda (_interactive) '("there"))
     ("switchyard" "--log" "debug" "--wrap" "--" "there"))
    ("or of two"
     ,(lambda (_interactive project) `("there" ,project))
     ("switchyard" "--log" "debug" "--wrap" "--" "there" "project"))
    ("or of several alternatives"
     ,(eglot-alternatives '("absent" ("there" "--stdio")))
     ("switchyard" "--log" "debug" "--wrap" "--" ,contacts-there "--stdio"))
    ("without its program we serve alone"
     ("absent" "--stdio")
     ("switchyard" "--log" "debug" "--stdio"))
    ("also without any alternative"
     ,(eglot-alternatives '("absent" "gone"))
     ("switchyard" "--log" "debug" "--stdio"))
    ("also in a class"
     (eglot-lsp-server "absent")
     (eglot-lsp-server "switchyard" "--log" "debug" "--stdio"))
    ("a server on the network stays"
     ("localhost" 6008)
     ("localhost" 6008))
    ("and one that is given a port"
     ("there" "--port" :autoport)
     ("there" "--port" :autoport))
    ("and one that is connected to by hand"
     (eglot-lsp-server :process ignore)
     (eglot-lsp-server :process ignore)))
  "Name, what eglot had, what it is to have.")

(defun contacts-of (contact)
  "What eglot gets in place of CONTACT."
  (funcall (switchyard--wrap-contact contact) nil "project"))

(defun contacts-are-computed ()
  "The table."
  (pcase-dolist (`(,name ,contact ,wanted) contacts-rows)
    (tap-equal (contacts-of contact) wanted name))
  (let ((switchyard-wrap nil))
    (tap-equal (contacts-of '("there")) '("switchyard" "--log" "debug" "--stdio")
               "who wants no server behind has us alone"))
  (let ((switchyard-command '("nowhere")))
    (tap-equal (contacts-of '("there")) '("there")
               "without switchyard a mode keeps its server")))

(defun contacts-of-mode (mode)
  "What eglot guesses in a file of MODE: class, contact, language."
  (with-temp-buffer
    (setq buffer-file-name (expand-file-name "some.file" (getenv "WORK")))
    (funcall mode)
    (prog1 (seq-drop (eglot--guess-contact) 2)
      (setq buffer-file-name nil))))

(defun contacts-stand-in-eglot ()
  "What `switchyard-eglot-setup' makes of `eglot-server-programs'."
  (let ((eglot-server-programs '((python-mode "there")
                                 ((sh-mode :language-id "bash") "absent"))))
    (switchyard-eglot-setup)
    (tap-equal (seq-take (contacts-of-mode #'python-mode) 2)
               '(eglot-lsp-server
                 ("switchyard" "--log" "debug" "--wrap" "--" "there"))
               "eglot starts us in front of a mode's server")
    (tap-equal (seq-take (contacts-of-mode #'perl-mode) 2)
               '(eglot-lsp-server ("switchyard" "--log" "debug" "--stdio"))
               "and alone for a programming mode that has none")
    (tap-report (string-match-p "bash" (format "%S" (contacts-of-mode #'sh-mode)))
                "the language's name stays" (contacts-of-mode #'sh-mode))
    (let ((before (copy-sequence eglot-server-programs)))
      (switchyard-eglot-setup)
      (tap-equal eglot-server-programs before "a second setup changes nothing"))))

(defun contacts-of-others ()
  "Capabilities that other servers hear of."
  (let* ((server (lambda (program)
                   (make-instance
                    'eglot-lsp-server :name "x" :events-buffer-scrollback-size 0
                    :process (make-process :name "x" :connection-type 'pipe
                                           :command (list (expand-file-name program contacts-bin))))))
         (hears (lambda (program)
                  (let ((it (funcall server program)))
                    (setf (eglot--project it) (cons 'transient default-directory))
                    (plist-get (plist-get (eglot-client-capabilities it) :textDocument)
                               :inlineCompletion)))))
    (tap-equal (funcall hears "switchyard") '(:dynamicRegistration :json-false)
               "switchyard hears that inline completions are shown")
    (tap-equal (funcall hears "there") nil "other servers do not")))

(tap-main #'contacts-are-computed #'contacts-stand-in-eglot #'contacts-of-others)

;;; contacts.el ends here

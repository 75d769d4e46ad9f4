;;; switchyard.el --- Completions by the model that suits the place  -*- lexical-binding: t -*-

;; Copyright (c) 2026 The Switchyard authors

;; SPDX-License-Identifier: MIT
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: convenience, languages, tools

;;; Commentary:

;; Switchyard is a language server that knows what you are writing at the
;; cursor and sends each completion to the model that suits it.  This file
;; makes it eglot's server, and shows its completions as ghost text:
;;
;;     (require 'switchyard)
;;     (switchyard-eglot-setup)
;;     (add-hook 'prog-mode-hook #'eglot-ensure)
;;
;; Eglot has one server for a buffer.  Where `eglot-server-programs' has one
;; for the mode, and its program is installed, Switchyard starts it and stands
;; in front: all that it does stays as it was.  Elsewhere Switchyard serves
;; alone.
;;
;; While a completion is shown, TAB accepts it, M-f its next word (at the end
;; of a line), C-e its next line, C-g dismisses it, M-n and M-p show the next
;; and the previous one where there are several: see `switchyard-ghost-map'.
;; The menu of `completion-at-point' and of company has it as well.

;;; Code:

(require 'cl-lib)
(require 'easymenu)
(require 'eglot)
(require 'jsonrpc)
(require 'subr-x)

(defgroup switchyard nil
  "Completions by the model that suits the place."
  :group 'eglot
  :prefix "switchyard-")

(defcustom switchyard-command '("switchyard")
  "The program, and the arguments that come before those of each use."
  :type '(repeat string))

(defcustom switchyard-wrap t
  "Whether the server that a mode has runs behind Switchyard.
With nil Switchyard takes its place."
  :type 'boolean)

(defcustom switchyard-alone-modes '(prog-mode)
  "Modes that Switchyard serves alone when eglot knows no server for them.
Modes that derive from one of these count, too."
  :type '(repeat symbol))

(defcustom switchyard-ghost-text t
  "Whether buffers that Switchyard serves show completions as ghost text.
That is `switchyard-mode', which can be switched for each buffer."
  :type 'boolean)

(defcustom switchyard-idle-delay 0.03
  "Seconds without a key before a completion is asked for.
The server waits for a pause of its own: \"debounce_ms\" of its routes."
  :type 'number)

(defcustom switchyard-inhibit-functions
  '(switchyard-menu-p switchyard-selecting-p)
  "Functions of no arguments; ghost text is hidden while one gives non-nil."
  :type 'hook)

(defcustom switchyard-silent-commands
  '(undo undo-only undo-redo revert-buffer revert-buffer-quick)
  "Commands whose changes ask for no completion."
  :type '(repeat symbol))

(defface switchyard-ghost '((t :inherit shadow))
  "Face of text that is offered and not yet there.")


;;; The server

(defun switchyard--true-p (value)
  "Whether VALUE is JSON's true."
  (not (memq value '(nil :json-false))))

(defvar switchyard--contacts (make-hash-table :test #'eq :weakness 'key)
  "Contacts that `switchyard--wrap-contact' made.")

(defun switchyard--alone ()
  "The contact of Switchyard without another server."
  (append switchyard-command '("--stdio")))

(defun switchyard--ask-contact (contact interactive project)
  "What CONTACT, a function, gives for INTERACTIVE and PROJECT.
One that finds no program signals an error: then it is nil."
  (condition-case nil
      (if (eq (cdr (func-arity contact)) 1)
          (funcall contact interactive) ; eglot before 1.10
        (funcall contact interactive project))
    (error nil)))

(defun switchyard--starts-program-p (contact)
  "Whether CONTACT is a program that talks over its standard streams."
  (and (stringp (car-safe contact))
       (not (integerp (cadr contact)))  ; a host and a port
       (not (memq :autoport contact))))

(defun switchyard--contact (contact)
  "What eglot is to start in place of CONTACT, which is no function."
  (cond
   ;; Whoever has no Switchyard there keeps the server that there was.
   ((not (executable-find (car switchyard-command) t)) contact)
   ((or (null contact) (not switchyard-wrap)) (switchyard--alone))
   ((and (symbolp (car-safe contact)) (not (keywordp (car contact)))
         (switchyard--starts-program-p (cdr contact)))
    (cons (car contact) (switchyard--contact (cdr contact))))
   ((not (switchyard--starts-program-p contact)) contact)
   ((executable-find (car contact) t)
    (append switchyard-command '("--wrap" "--") contact))
   (t (switchyard--alone))))

(defun switchyard--wrap-contact (contact)
  "A function for `eglot-server-programs' in place of CONTACT.
What it gives is decided when a server is to be started."
  (if (and (functionp contact) (gethash contact switchyard--contacts))
      contact
    (let ((ours (lambda (&optional interactive project)
                  (switchyard--contact
                   (if (functionp contact)
                       (switchyard--ask-contact contact interactive project)
                     contact)))))
      (puthash ours t switchyard--contacts)
      ours)))

(defun switchyard--managed ()
  "Show ghost text in a buffer that Switchyard came to serve."
  (if (and switchyard-ghost-text (switchyard-server))
      (switchyard-mode 1)
    (when (bound-and-true-p switchyard-mode)
      (switchyard-mode -1))))

;;;###autoload
(defun switchyard-eglot-setup ()
  "Let eglot start Switchyard, in front of the server that a mode has.
Programs are looked for when a server is started.  Servers that eglot
reaches over the network stay as they are.  Entries that come into
`eglot-server-programs' later are not changed; call this again for them."
  (interactive)
  (setq eglot-server-programs
        (mapcar (pcase-lambda (`(,modes . ,contact))
                  (cons modes (switchyard--wrap-contact contact)))
                eglot-server-programs))
  (dolist (mode switchyard-alone-modes)
    (unless (assq mode eglot-server-programs)
      (setq eglot-server-programs
            (append eglot-server-programs
                    (list (cons mode (switchyard--wrap-contact nil)))))))
  (add-hook 'eglot-managed-mode-hook #'switchyard--managed))

(defun switchyard--accept-command (server)
  "The command by which SERVER hears of acceptance; nil: none of ours."
  (let ((commands (plist-get (plist-get (eglot--capabilities server)
                                        :executeCommandProvider)
                             :commands)))
    (seq-find (lambda (name) (string-prefix-p "switchyard.accept." name))
              commands)))

(defun switchyard-server ()
  "The server of this buffer when it is Switchyard, else nil."
  (let ((server (and (eglot-managed-p) (eglot-current-server))))
    (and server (switchyard--accept-command server) server)))

(defun switchyard--server-or-lose ()
  "The server of this buffer; without one, an error with what to do."
  (or (switchyard-server)
      (user-error "Switchyard does not serve this buffer; %s"
                  (if (eglot-managed-p)
                      "call `switchyard-eglot-setup', then M-x eglot"
                    "start it by M-x eglot"))))

(defun switchyard--started-p (server)
  "Whether the process of SERVER was started from `switchyard-command'."
  (let ((command (process-command (jsonrpc--process server)))
        (program (regexp-quote (file-name-nondirectory
                                (car switchyard-command)))))
    (and (listp command)
         (seq-find (lambda (word) (string-match-p program word)) command))))

(cl-defmethod eglot-client-capabilities :around ((server eglot-lsp-server))
  "Tell Switchyard of ghost text: we can show inline completions.
And that we ask again when it says that there is a better one.  A SERVER
that is another hears what it always did."
  (let* ((capabilities (cl-call-next-method))
         (others (plist-get capabilities :experimental)))
    (when (switchyard--started-p server)
      (setf (plist-get (plist-get capabilities :textDocument)
                       :inlineCompletion)
            '(:dynamicRegistration :json-false)
            (plist-get capabilities :experimental)
            (append '(:switchyardRefresh t) (and (listp others) others))))
    capabilities))


;;; Ghost text

(defvar switchyard-mode)

(defvar-local switchyard--items nil
  "Completions as the server sent them, the one that is shown first.")

(defvar-local switchyard--start nil
  "Marker where the text of all `switchyard--items' begins.")

(defvar-local switchyard--overlay nil
  "Shows what is left of the first item; nil while nothing is shown.")

(defvar-local switchyard--told nil
  "Items of which the server knows that they were shown.")

(defvar-local switchyard--asked nil
  "What is under way: (SERVER . ID), or nil.")

(defvar-local switchyard--trigger 2
  "Who asked last, as `switchyard--ask' has it.")

(defvar-local switchyard--timer nil
  "Asks when no key comes.")

(defvar-local switchyard--seen nil
  "What `switchyard--now' was after the last command.")

(defvar-local switchyard--status nil
  "What the server told last for the mode line.")

(defun switchyard-menu-p ()
  "Whether a menu of completions is shown."
  (or completion-in-region-mode
      (bound-and-true-p company-candidates)))

(defun switchyard-selecting-p ()
  "Whether text is selected, or several places are edited at once."
  (or (use-region-p) (bound-and-true-p multiple-cursors-mode)))

(defun switchyard--rest (item)
  "What ITEM would insert at point; nil when it does not fit there.
It fits while what stands in the buffer is how its text begins."
  (let ((text (plist-get item :insertText))
        (start (and switchyard--start (marker-position switchyard--start))))
    (and start (stringp text)
         (<= start (point) (+ start (length text)))
         (string-prefix-p (buffer-substring-no-properties start (point)) text)
         (substring text (- (point) start)))))

(defun switchyard--ghost ()
  "What is left of the first item; nil when that is nothing."
  (let ((rest (and switchyard--items
                   (switchyard--rest (car switchyard--items)))))
    (and rest (not (string-empty-p rest)) rest)))

(defun switchyard--hide ()
  "Take the ghost text off the screen."
  (when switchyard--overlay
    (delete-overlay switchyard--overlay)
    (setq switchyard--overlay nil)))

(defun switchyard--forget ()
  "Have no completion any more."
  (switchyard--hide)
  (when switchyard--start
    (set-marker switchyard--start nil))
  (setq switchyard--items nil
        switchyard--start nil
        switchyard--told nil))

(defun switchyard--put (text)
  "Show TEXT at point, with the cursor before it."
  ;; A line end can't carry the cursor: it would be shown behind all of TEXT.
  (let ((ghost (propertize (if (string-prefix-p "\n" text)
                               (concat " " text)
                             text)
                           'face 'switchyard-ghost)))
    (put-text-property 0 1 'cursor t ghost)
    (unless switchyard--overlay
      (setq switchyard--overlay (make-overlay (point) (point) nil t t))
      (overlay-put switchyard--overlay 'priority 100))
    (move-overlay switchyard--overlay (point) (point))
    (overlay-put switchyard--overlay 'window (selected-window))
    (overlay-put switchyard--overlay 'after-string ghost)))

(defun switchyard--tell-shown (item)
  "Tell the server, once, that ITEM is shown."
  (unless (memq item switchyard--told)
    (push item switchyard--told)
    (when-let ((server (switchyard-server)))
      (jsonrpc-notify server :textDocument/didShowCompletion
                      (list :item item)))))

(defun switchyard--refresh (&rest _)
  "Show, move or hide the ghost text as it is right now."
  (let ((ghost (switchyard--ghost)))
    (if (or (null ghost)
            (run-hook-with-args-until-success 'switchyard-inhibit-functions))
        (switchyard--hide)
      (switchyard--put ghost)
      (switchyard--tell-shown (car switchyard--items)))))

(defun switchyard--now ()
  "Equal while nothing happens: the buffer's tick, point, what is behind it."
  (list (buffer-chars-modified-tick) (point) (- (point-max) (point))))

(defun switchyard--post-command ()
  "Keep the ghost text while it is typed along, else ask anew."
  (let ((now (switchyard--now))
        (before switchyard--seen))
    (setq switchyard--seen now)
    (cond
     ((equal now before) (switchyard--refresh))
     ((and (not (memq this-command switchyard-silent-commands))
           (/= (car now) (car before))
           (= (nth 2 now) (nth 2 before)) ; it was typed before point
           (switchyard--ghost))
      (setq switchyard--items (seq-filter #'switchyard--rest
                                          switchyard--items))
      (switchyard--refresh))
     (t
      (switchyard--forget)
      (switchyard--cancel)
      (unless (or (= (car now) (car before)) buffer-read-only
                  (memq this-command switchyard-silent-commands))
        (switchyard--ask-soon))))))


;;; Asking

(defun switchyard--cancel ()
  "Let the server drop what is under way, and ask nothing more."
  (when switchyard--timer
    (cancel-timer switchyard--timer)
    (setq switchyard--timer nil))
  (pcase switchyard--asked
    (`(,server . ,id)
     (setq switchyard--asked nil)
     (when (jsonrpc-running-p server)
       (jsonrpc-notify server :$/cancelRequest (list :id id))))))

(defun switchyard--ask-soon ()
  "Ask when no key has come for `switchyard-idle-delay'."
  (let ((buffer (current-buffer)))
    (setq switchyard--timer
          (run-with-idle-timer
           switchyard-idle-delay nil
           (lambda ()
             (when (buffer-live-p buffer)
               (with-current-buffer buffer
                 (setq switchyard--timer nil)
                 (when (and switchyard-mode (switchyard-server))
                   (switchyard--ask 2)))))))))

(defun switchyard--async (server method params then &optional failed)
  "Send SERVER the request METHOD with PARAMS; return its id.
THEN gets the result, FAILED nothing, both in this buffer if it lives.
What is said of a request that was cancelled is no error to be shown."
  (let* ((buffer (current-buffer))
         (in-buffer (lambda (function &rest arguments)
                      (when (and function (buffer-live-p buffer))
                        (with-current-buffer buffer
                          (apply function arguments))))))
    (condition-case nil
        ;; `jsonrpc-async-request' does not give the id before Emacs 31.
        (car (jsonrpc--async-request-1
              server method params
              :success-fn (lambda (result) (funcall in-buffer then result))
              :error-fn (lambda (problem)
                          (when (memq (plist-get problem :code)
                                      '(-32800 -32802))
                            (setf (jsonrpc-last-error server) nil))
                          (funcall in-buffer failed))
              :timeout-fn (lambda () (funcall in-buffer failed))))
      ;; The server has died, which eglot hears of a moment later.
      (error (funcall in-buffer failed)
             nil))))

(defun switchyard--ask (trigger &optional then)
  "Ask for completions at point, and show what comes.
TRIGGER is 0 when a person asked, else 2.  THEN, if any, is called with
what came.  The numbers are those that mean one thing only: drafts of
LSP 3.18 counted from 0, LSP 3.18 itself from 1, and eglot 1.9 does not
tell the server which client it is."
  (switchyard--cancel)
  (let* ((server (switchyard--server-or-lose))
         (request (cons server nil))
         (asked (switchyard--now))
         ;; An answer may cross its cancellation.
         (ended (lambda ()
                  (when (eq request switchyard--asked)
                    (setq switchyard--asked nil)
                    (equal asked (switchyard--now)))))
         (answered (lambda (result)
                     (when (funcall ended)
                       (switchyard--answered result)
                       (when then (funcall then switchyard--items))))))
    (eglot--signal-textDocument/didChange)
    (setq switchyard--asked request
          switchyard--trigger trigger)
    (setcdr request
            (switchyard--async server :textDocument/inlineCompletion
                               (append (eglot--TextDocumentPositionParams)
                                       `(:context (:triggerKind ,trigger)))
                               answered ended))))

(defun switchyard--fitting (items)
  "Those of ITEMS that replace what stands before point, and go on.
`switchyard--start' becomes the place where the first of them begins."
  (when-let* ((range (plist-get (car items) :range))
              (end (eglot--lsp-position-to-point (plist-get range :end))))
    (when (= end (point))
      (setq switchyard--start
            (copy-marker (eglot--lsp-position-to-point
                          (plist-get range :start))))
      (seq-filter (lambda (item)
                    (and (equal (plist-get item :range) range)
                         (not (member (switchyard--rest item) '(nil "")))))
                  items))))

(defun switchyard--answered (result)
  "Show RESULT, a list of inline completions; null is no news."
  (when result
    (switchyard--forget)
    (setq switchyard--items
          (switchyard--fitting
           (append (if (vectorp result) result (plist-get result :items))
                   nil)))
    (switchyard--refresh)
    (switchyard--update-status)))

(defun switchyard-complete ()
  "Ask for a completion here, now."
  (interactive)
  (unless switchyard-mode
    (switchyard-mode 1))
  (switchyard--ask 0 (lambda (items)
                       (unless items
                         (message "Switchyard has no completion here")))))


;;; A better one

(defvar company-backend)
(defvar company-candidates)
(defvar company-selection-changed)
(defvar company--capf-cache)
(declare-function company-cancel "company")
(declare-function company-manual-begin "company")
(declare-function company-post-command "company")

(defun switchyard--at-p (uri position)
  "Whether point is at POSITION in the document URI."
  (let* ((here (eglot--TextDocumentPositionParams))
         (point (plist-get here :position)))
    (and (equal uri (plist-get (plist-get here :textDocument) :uri))
         (equal (plist-get position :line) (plist-get point :line))
         (equal (plist-get position :character)
                (plist-get point :character)))))

(defun switchyard--refresh-menu ()
  "Have the menu show what there is now, unless somebody is choosing from it."
  (cond
   ((bound-and-true-p company-candidates)
    (when (and (memq 'company-capf (ensure-list company-backend))
               (not company-selection-changed))
      (let ((this-command #'company-manual-begin))
        (company-cancel)
        ;; It keeps what the server said while point and text are the same.
        (setq company--capf-cache nil)
        (company-manual-begin)
        (company-post-command))))
   ((and completion-in-region-mode (get-buffer-window "*Completions*"))
    (completion-help-at-point))))

(defun switchyard--better (server uri position inline menu)
  "Show what SERVER has now at POSITION in the document URI.
INLINE and MENU tell where the one is shown that it is better than.  That
stays until the other is there."
  (with-current-buffer (window-buffer)
    (when (and (eq server (switchyard-server))
               (switchyard--at-p uri position))
      (when (and inline switchyard-mode (switchyard--ghost)
                 (not (or switchyard--asked switchyard--timer)))
        (switchyard--ask switchyard--trigger))
      (when menu
        (switchyard--refresh-menu)))))

(cl-defmethod eglot-handle-notification
  ((server eglot-lsp-server) (_method (eql switchyard/refresh))
   &key textDocument position inline menu &allow-other-keys)
  "Have what SERVER has now shown at POSITION of TEXTDOCUMENT.
INLINE and MENU are JSON's, for `switchyard--better'."
  ;; Not in the process's filter: a menu waits for its answer.
  (run-at-time 0 nil #'switchyard--better
               server (plist-get textDocument :uri) position
               (switchyard--true-p inline) (switchyard--true-p menu)))


;;; Accepting

(defun switchyard--utf-16-length (text)
  "How long TEXT is as the protocol counts."
  (/ (length (encode-coding-string text 'utf-16le)) 2))

(defun switchyard--tell-accepted (item)
  "Tell the server that ITEM was accepted whole, as its command has it."
  (when-let ((server (switchyard-server))
             (command (plist-get item :command)))
    (eglot--signal-textDocument/didChange) ; it looks for the text there
    (switchyard--async server :workspace/executeCommand
                       (list :command (plist-get command :command)
                             :arguments (plist-get command :arguments))
                       (lambda (_) (switchyard--update-status)))))

(defun switchyard--tell-accepted-part (item)
  "Tell the server that ITEM was accepted up to point."
  (when-let ((server (switchyard-server)))
    (jsonrpc-notify server :textDocument/didPartiallyAcceptCompletion
                    (list :item item
                          :acceptedLength
                          (switchyard--utf-16-length
                           (buffer-substring-no-properties
                            switchyard--start (point)))))))

(defun switchyard--take (count-of)
  "Insert the beginning of what is shown.
COUNT-OF gives how many characters of the text that it gets."
  (let* ((rest (or (switchyard--ghost)
                   (user-error "No completion is shown")))
         (count (funcall count-of rest))
         (item (car switchyard--items)))
    (switchyard--hide)
    (insert (substring rest 0 count))
    (if (< count (length rest))
        (switchyard--tell-accepted-part item)
      (switchyard--forget)
      (switchyard--tell-accepted item))))

(defun switchyard-accept ()
  "Insert the completion that is shown."
  (interactive "*")
  (switchyard--take #'length))

(defun switchyard-accept-word ()
  "Insert the completion that is shown up to the end of its next word."
  (interactive "*")
  (switchyard--take
   (lambda (rest)
     (if (string-match "\\(?:\\sw\\|\\s_\\)+" rest)
         (match-end 0)
       (length rest)))))

(defun switchyard-accept-line ()
  "Insert the next line of the completion that is shown."
  (interactive "*")
  (switchyard--take
   (lambda (rest)
     (string-match "\\`\n*[^\n]*" rest)
     (match-end 0))))

(defun switchyard-dismiss ()
  "Take the completion that is shown away."
  (interactive)
  (switchyard--cancel)
  (switchyard--forget))

(defun switchyard-next (&optional count)
  "Show the next completion, or the one COUNT further on."
  (interactive "p")
  (let* ((length (length switchyard--items))
         (skip (mod (or count 1) (max length 1))))
    (setq switchyard--items (append (nthcdr skip switchyard--items)
                                    (seq-take switchyard--items skip)))
    (switchyard--refresh)))

(defun switchyard-previous (&optional count)
  "Show the previous completion, or the one COUNT before."
  (interactive "p")
  (switchyard-next (- (or count 1))))

(defvar switchyard-ghost-map
  (let ((map (make-sparse-keymap))
        (when-it (lambda (test command)
                   `(menu-item "" ,command
                               :filter ,(lambda (c) (and (funcall test) c)))))
        (several (lambda () (cdr switchyard--items))))
    (define-key map (kbd "TAB") #'switchyard-accept)
    (define-key map [tab] #'switchyard-accept)
    (define-key map [remap keyboard-quit] #'switchyard-dismiss)
    ;; In the middle of a line these go on doing what they do.
    (define-key map [remap forward-word]
                (funcall when-it #'eolp #'switchyard-accept-word))
    (define-key map [remap move-end-of-line]
                (funcall when-it #'eolp #'switchyard-accept-line))
    (define-key map (kbd "M-n") (funcall when-it several #'switchyard-next))
    (define-key map (kbd "M-p") (funcall when-it several #'switchyard-previous))
    map)
  "Keys while a completion is shown.")

(defvar switchyard--map-alist
  `((switchyard--overlay . ,switchyard-ghost-map))
  "Puts `switchyard-ghost-map' before the keys of minor modes.")


;;; The mode

(defun switchyard--dollars (tally)
  "What TALLY, of `switchyard/status', cost; a plus where that is not all."
  (let ((cost (or (plist-get tally :cost) 0)))
    (concat (if (zerop cost) "$0" (format "$%.4f" cost))
            (unless (zerop (or (plist-get tally :unpricedCalls) 0)) "+"))))

(defun switchyard--update-status ()
  "Let the mode line show what was last answered, and what today cost."
  (when-let ((server (switchyard-server)))
    (switchyard--async server :switchyard/status nil
                       (lambda (status)
                         (setq switchyard--status status)
                         (force-mode-line-update)))))

(defun switchyard-mode-line ()
  "For the mode line: the model, the cursor's class, today's cost."
  (let ((last (plist-get switchyard--status :last)))
    (concat " Switchyard"
            (when last
              (format ":%s/%s" (plist-get last :model)
                      (plist-get last :class)))
            (when switchyard--status
              (format ":%s" (switchyard--dollars
                             (plist-get switchyard--status :today)))))))

(defvar switchyard-mode-map (make-sparse-keymap)
  "Keys of `switchyard-mode': none but its menu, for you to bind.")

(easy-menu-define switchyard-menu switchyard-mode-map "Switchyard's menu."
  '("Switchyard"
    ["Complete here" switchyard-complete]
    ["Explain this place" switchyard-explain]
    ["Status" switchyard-status]
    ["Dashboard" switchyard-dashboard]
    "--"
    ["No ghost text here" switchyard-mode]
    ["Customize" (customize-group 'switchyard)]))

;;;###autoload
(define-minor-mode switchyard-mode
  "Show Switchyard's completions as ghost text while you type.
\\<switchyard-ghost-map>\\[switchyard-accept] accepts what is shown; \
see `switchyard-ghost-map'."
  :lighter (:eval (switchyard-mode-line))
  (dolist (hook '(company-completion-started-hook
                  company-after-completion-hook
                  completion-in-region-mode-hook))
    (if switchyard-mode
        (add-hook hook #'switchyard--refresh nil t)
      (remove-hook hook #'switchyard--refresh t)))
  (cond
   (switchyard-mode
    (add-to-list 'emulation-mode-map-alists 'switchyard--map-alist)
    (add-hook 'post-command-hook #'switchyard--post-command nil t)
    (add-hook 'kill-buffer-hook #'switchyard-dismiss nil t)
    (setq switchyard--seen (switchyard--now))
    (switchyard--update-status))
   (t
    (switchyard-dismiss)
    (remove-hook 'post-command-hook #'switchyard--post-command t)
    (remove-hook 'kill-buffer-hook #'switchyard-dismiss t))))


;;; What it decided, and how it is

(defun switchyard--request (method &optional make-params)
  "The answer of this buffer's server to METHOD.
MAKE-PARAMS, if any, gives the parameters."
  (let ((server (switchyard--server-or-lose)))
    (eglot--signal-textDocument/didChange)
    (jsonrpc-request server method (and make-params (funcall make-params)))))

(defun switchyard--heading (text)
  "Insert TEXT as the head of a part."
  (insert "\n" (propertize text 'face 'bold) "\n"))

(defun switchyard--line (name format &rest arguments)
  "Insert a line with NAME, then ARGUMENTS by FORMAT."
  (insert (format "%-11s" name) (apply #'format format arguments) "\n"))

(defun switchyard--insert-candidate (candidate)
  "Insert a line for CANDIDATE of `switchyard/explain'."
  (let ((cost (plist-get candidate :most_cost)))
    (insert (if (switchyard--true-p (plist-get candidate :excluded))
                "  -- "
              (format "  %d. " (plist-get candidate :rank)))
            (format "%s (%s): %s" (plist-get candidate :model)
                    (plist-get candidate :provider)
                    (plist-get candidate :reason))
            (if (numberp cost) (format ", at most $%.6f" cost) "")
            "\n")))

(defun switchyard--insert-rule (rule)
  "Insert lines for RULE of `switchyard/explain'."
  (insert (format "  rules[%d] %s: %s\n    %s\n"
                  (plist-get rule :index)
                  (if (switchyard--true-p (plist-get rule :applied))
                      "holds" "does not hold")
                  (plist-get rule :condition) (plist-get rule :action))))

(defun switchyard--insert-features (features)
  "Insert a line for each of FEATURES, the names that conditions may use."
  (cl-loop for (key value) on features by #'cddr
           do (insert (format "  %-20s %s\n" (substring (symbol-name key) 1)
                              (pcase value
                                ('nil "unknown")
                                (:json-false "false")
                                ('t "true")
                                (_ (format "%S" value)))))))

(defun switchyard--insert-explanation (e)
  "Insert E, the answer to `switchyard/explain', for a person."
  (let ((route (plist-get e :route))
        (privacy (plist-get e :privacy)))
    (switchyard--line "Class" "%s (%s)" (plist-get e :class)
                      (plist-get e :language))
    (switchyard--line "Model" "%s" (or (plist-get e :model)
                                       (plist-get e :skipped) "none"))
    (switchyard--line "Route" "%s, at most %s tokens, %s ms"
                      (plist-get route :name) (plist-get route :max_tokens)
                      (plist-get route :deadline_ms))
    (switchyard--line "Privacy" "%s (%s)" (plist-get privacy :tier)
                      (plist-get privacy :by))
    (switchyard--line "Extent" "%s" (plist-get e :extent))
    (switchyard--line "In" "%s" (string-join (plist-get e :in) " > "))
    (switchyard--line "Syntax" "%s" (string-join (plist-get e :path) " > "))
    (switchyard--heading "Candidates")
    (mapc #'switchyard--insert-candidate (plist-get e :candidates))
    (unless (seq-empty-p (plist-get e :rules))
      (switchyard--heading "Rules")
      (mapc #'switchyard--insert-rule (plist-get e :rules)))
    (switchyard--heading "Features")
    (switchyard--insert-features (plist-get e :features))))

(defun switchyard-explain ()
  "Show where a completion at point would go, and why; nothing is sent."
  (interactive)
  (let ((answer (switchyard--request :switchyard/explain
                                     #'eglot--TextDocumentPositionParams)))
    (with-help-window "*Switchyard: decision*"
      (with-current-buffer standard-output
        (switchyard--insert-explanation answer)))))

(defun switchyard--insert-model (model)
  "Insert what MODEL of `switchyard/status' is like."
  (let ((today (plist-get model :today))
        (rests (plist-get model :restsBecause)))
    (insert (format "  %-28s %-12s %s%s\n" (plist-get model :model)
                    (plist-get model :provider) (plist-get model :health)
                    (if rests (format " (%s)" rests) "")))
    (when today
      (insert (format "    today: %d calls, %d tokens in, %d out, %s\n"
                      (plist-get today :calls) (plist-get today :tokensIn)
                      (plist-get today :tokensOut)
                      (switchyard--dollars today))))))

(defun switchyard--insert-budget (budget)
  "Insert a line for BUDGET of `switchyard/status'."
  (insert (format "  %s per %s: $%.2f of $%.2f spent%s\n"
                  (plist-get budget :for) (plist-get budget :per)
                  (plist-get budget :spent) (plist-get budget :dollars)
                  (if (switchyard--true-p (plist-get budget :usedUp))
                      (format "; used up, so: %s" (plist-get budget :then))
                    ""))))

(defun switchyard--insert-status (s)
  "Insert S, the answer to `switchyard/status', for a person."
  (let ((last (plist-get s :last))
        (today (plist-get s :today)))
    (when last
      (switchyard--line "Last" "%s, for %s" (plist-get last :model)
                        (plist-get last :class)))
    (switchyard--line "Today" "%s, %d calls, %d tokens in, %d out"
                      (switchyard--dollars today) (plist-get today :calls)
                      (plist-get today :tokensIn) (plist-get today :tokensOut))
    (switchyard--line "Session" "%d asked, %d answered, %d shown, %d accepted, %d in part"
                      (plist-get s :requests) (plist-get s :shown)
                      (plist-get s :displayed) (plist-get s :accepted)
                      (plist-get s :acceptedPartly))
    (switchyard--line "Under way" "%d" (plist-get s :underWay))
    (switchyard--heading "Models")
    (mapc #'switchyard--insert-model (plist-get s :models))
    (unless (seq-empty-p (plist-get s :budgets))
      (switchyard--heading "Budgets")
      (mapc #'switchyard--insert-budget (plist-get s :budgets)))))

(defun switchyard-status ()
  "Show the models and their health, what today cost, and what is left."
  (interactive)
  (let ((answer (switchyard--request :switchyard/status)))
    (with-help-window "*Switchyard: status*"
      (with-current-buffer standard-output
        (switchyard--insert-status answer)))))


;;; The dashboard

(defun switchyard--dashboard-said (process text)
  "Keep TEXT that PROCESS wrote, and browse the first address in it."
  (with-current-buffer (process-buffer process)
    (goto-char (point-max))
    (insert text)
    (goto-char (point-min))
    (when (and (not (process-get process 'switchyard-url))
               (re-search-forward "https?://[^[:space:]]+$" nil t))
      (process-put process 'switchyard-url (match-string 0))
      (browse-url (match-string 0)))))

(defun switchyard--dashboard-ended (process _change)
  "Say what PROCESS said, unless it was killed."
  (when (eq (process-status process) 'exit)
    (message "The dashboard ended with %d: %s" (process-exit-status process)
             (with-current-buffer (process-buffer process)
               (string-trim (buffer-string))))))

(defun switchyard-dashboard ()
  "Start `switchyard dashboard' and browse it; a running one is browsed."
  (interactive)
  (let* ((buffer (get-buffer-create " *switchyard dashboard*"))
         (process (get-buffer-process buffer)))
    (if process
        (browse-url (or (process-get process 'switchyard-url)
                        (user-error "The dashboard is starting")))
      (with-current-buffer buffer
        (erase-buffer))
      (make-process :name "switchyard-dashboard" :buffer buffer
                    :command (append switchyard-command '("dashboard"))
                    :connection-type 'pipe :noquery t
                    :filter #'switchyard--dashboard-said
                    :sentinel #'switchyard--dashboard-ended))))

(provide 'switchyard)
;;; switchyard.el ends here

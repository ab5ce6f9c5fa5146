;;; backspec.el --- Check agent definitions and backend code  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The backspec authors

;; Author: The backspec authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages, tools
;; URL: https://backspec.dev
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A thin client for the backspec language server, which checks agent definition files (Claude Code,
;; Copilot, Cursor and others) and finds smells in backend code.
;;
;; With the server on PATH:
;;
;;     (require 'backspec)
;;     (add-hook 'markdown-mode-hook #'eglot-ensure)
;;
;; Eglot runs one server in a buffer.  In the modes of `backspec-eglot-modes' that server is
;; backspec; in a buffer where another server is at work, `backspec-flymake-setup' shows the same
;; diagnostics beside it:
;;
;;     (add-hook 'python-base-mode-hook #'backspec-flymake-setup)
;;
;; lsp-mode runs several servers in a buffer, and needs no set-up beyond the `require'.
;;
;; Which rules run is chosen in the project's backspec.toml, never in the editor.

;;; Code:

(require 'project)
(require 'seq)

(defvar eglot-server-programs)
(defvar flymake-diagnostic-functions)
(defvar lsp-language-id-configuration)
(declare-function eglot-current-server "eglot")
(declare-function flymake-diagnostic-text "flymake")
(declare-function flymake-diagnostics "flymake")
(declare-function flymake-make-diagnostic "flymake")
(declare-function flymake-mode "flymake")
(declare-function gfm-view-mode "markdown-mode")
(declare-function jsonrpc-request "jsonrpc")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-request "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-workspaces "lsp-mode")
(declare-function make-lsp-client "lsp-mode")

(defgroup backspec nil
  "Check agent definitions and backend code."
  :group 'tools
  :prefix "backspec-"
  :link '(url-link "https://backspec.dev"))

(defcustom backspec-program "backspec"
  "The backspec program: a name on variable `exec-path', or an absolute file name."
  :type 'string)

(defcustom backspec-modes
  '(markdown-mode gfm-mode
    python-mode python-ts-mode
    js-mode js-ts-mode js2-mode typescript-mode typescript-ts-mode tsx-ts-mode
    java-mode java-ts-mode csharp-mode csharp-ts-mode go-mode go-ts-mode
    ruby-mode ruby-ts-mode php-mode php-ts-mode
    sql-mode yaml-mode yaml-ts-mode json-mode json-ts-mode conf-toml-mode toml-ts-mode
    graphql-mode graphql-ts-mode protobuf-mode protobuf-ts-mode)
  "Major modes whose files backspec knows.
Used by lsp-mode and by `backspec-flymake-setup'."
  :type '(repeat symbol))

(defcustom backspec-eglot-modes '(markdown-mode gfm-mode)
  "Major modes in which Eglot starts backspec rather than another server.
Add a mode here where you use no other server.  Takes effect when
this package is loaded."
  :type '(repeat symbol))

(defun backspec--server-command ()
  "Return the command that starts the language server."
  (list backspec-program "server"))

;;;; Eglot

(defun backspec--eglot-contact (&rest _)
  "Return the server's command, as Eglot asks for it."
  (backspec--server-command))

(with-eval-after-load 'eglot
  (when backspec-eglot-modes
    (add-to-list 'eglot-server-programs
                 (cons backspec-eglot-modes #'backspec--eglot-contact))))

;;;; lsp-mode

(defun backspec--lsp-activate-p (_file mode)
  "Whether lsp-mode starts the server for a buffer in MODE."
  (and (memq mode backspec-modes) t))

(with-eval-after-load 'lsp-mode
  (dolist (entry '((gfm-mode . "markdown") (conf-toml-mode . "toml") (protobuf-mode . "proto")))
    (unless (assq (car entry) lsp-language-id-configuration)
      (add-to-list 'lsp-language-id-configuration entry)))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection #'backspec--server-command)
    :activation-fn #'backspec--lsp-activate-p
    :server-id 'backspec
    :add-on? t
    :priority -2)))

;;;; Commands

(defun backspec--execute (command arguments)
  "Have the server of this buffer execute COMMAND and return its answer.
ARGUMENTS is a list."
  (let ((params (list :command command :arguments (vconcat arguments))))
    (cond
     ((and (fboundp 'eglot-current-server) (eglot-current-server))
      (jsonrpc-request (eglot-current-server) :workspace/executeCommand params))
     ((and (fboundp 'lsp-workspaces) (lsp-workspaces))
      (lsp-request "workspace/executeCommand" params))
     (t (user-error "No backspec server runs in this buffer")))))

(defun backspec--member (object key)
  "Return the member KEY of OBJECT, in whatever form a client reads JSON."
  (if (hash-table-p object)
      (gethash key object)
    (plist-get object (intern (concat ":" key)))))

;;;###autoload
(defun backspec-explain (name)
  "Show the page of the rule, topic or dialect NAME."
  (interactive (list (read-string "Rule, topic or dialect: " (backspec--rule-at-point))))
  (let ((answer (backspec--execute "backspec.explain" (list name "return"))))
    (if (null answer)
        (message "backspec knows no %s" name)
      (let ((buffer (get-buffer-create (format "*backspec %s*" name))))
        (with-current-buffer buffer
          (let ((inhibit-read-only t))
            (erase-buffer)
            (insert (backspec--member answer "markdown"))
            (goto-char (point-min)))
          (if (fboundp 'gfm-view-mode) (gfm-view-mode) (special-mode)))
        (pop-to-buffer buffer)))))

(defun backspec--rule-at-point ()
  "Return the id of the rule that reports something at point, or nil."
  (when (bound-and-true-p flymake-mode)
    (seq-some (lambda (diagnostic)
                (let ((text (flymake-diagnostic-text diagnostic)))
                  (and (string-match "\\([a-z0-9-]+/[a-z0-9-]+\\)\\]?:" text)
                       (match-string 1 text))))
              (flymake-diagnostics (point)))))

;;;###autoload
(defun backspec-check-project ()
  "Check every file of the project, open or not."
  (interactive)
  (let ((answer (backspec--execute "backspec.checkWorkspace" nil)))
    (message "backspec: %s diagnostics in %s files"
             (backspec--member answer "diagnostics") (backspec--member answer "files"))))

;;;; Flymake, beside another server

(defvar-local backspec--process nil
  "The check of this buffer that runs now.")

(defun backspec--flymake (report &rest _)
  "Check the buffer's text with the command line and call REPORT with diagnostics."
  (when (process-live-p backspec--process)
    (delete-process backspec--process))
  (let ((source (current-buffer))
        (output (generate-new-buffer " *backspec*" t))
        (default-directory (if-let* ((project (project-current))) (project-root project)
                             default-directory)))
    (setq backspec--process
          (make-process
           :name "backspec" :buffer output :noquery t :connection-type 'pipe
           :stderr (get-buffer-create " *backspec stderr*" t)
           :command (list backspec-program "check" "--format" "json" "--fail-on" "never"
                          "--stdin-filename" (buffer-file-name source) "-")
           :sentinel
           (lambda (process _event)
             (unless (process-live-p process)
               (unwind-protect
                   ;; A check that was overtaken by the next one was killed, and says nothing.
                   (when (and (eq 'exit (process-status process)) (buffer-live-p source)
                              (eq process (buffer-local-value 'backspec--process source)))
                     (backspec--report process source output report))
                 (kill-buffer output))))))
    (process-send-region backspec--process (point-min) (point-max))
    (process-send-eof backspec--process)))

(defun backspec--report (process source output report)
  "Call REPORT with what PROCESS printed to OUTPUT about the buffer SOURCE."
  (if (/= 0 (process-exit-status process))
      (funcall report :panic :explanation
               (format "%s ended with code %s" backspec-program (process-exit-status process)))
    (let ((found (with-current-buffer output
                   (goto-char (point-min))
                   (gethash "diagnostics" (json-parse-buffer :null-object nil)))))
      (with-current-buffer source
        (save-restriction
          (widen)
          (funcall report (mapcar #'backspec--diagnostic found)))))))

(defun backspec--diagnostic (found)
  "Turn FOUND, one diagnostic of the command line, into one of Flymake's."
  (flymake-make-diagnostic
   (current-buffer)
   (backspec--position (gethash "start" found))
   (backspec--position (gethash "end" found))
   (pcase (gethash "severity" found)
     ("error" :error)
     ("warning" :warning)
     (_ :note))
   (format "backspec [%s]: %s" (gethash "rule" found) (gethash "message" found))))

(defun backspec--position (place)
  "Return the buffer position of PLACE, whose lines and columns begin with 1."
  (save-excursion
    (goto-char (point-min))
    (forward-line (1- (gethash "line" place)))
    (min (line-end-position) (+ (point) (1- (gethash "column" place))))))

;;;###autoload
(defun backspec-flymake-setup ()
  "Show backspec's diagnostics in this buffer, beside those of any other server."
  (interactive)
  (require 'flymake)
  (when (and buffer-file-name (apply #'derived-mode-p backspec-modes))
    (add-hook 'flymake-diagnostic-functions #'backspec--flymake nil t)
    (flymake-mode 1)))

(provide 'backspec)
;;; backspec.el ends here

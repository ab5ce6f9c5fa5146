;;; lsp-mode-tests.el --- backspec under lsp-mode  -*- lexical-binding: t; -*-

;;; Code:

(load (expand-file-name "support.el" (file-name-directory load-file-name)) nil t)
(setq lsp-auto-guess-root t lsp-restart 'ignore lsp-enable-file-watchers nil
      lsp-warn-no-matched-clients nil lsp-completion-provider :none
      lsp-diagnostics-provider :flymake lsp-client-packages nil lsp-enable-snippet nil
      lsp-session-file (expand-file-name "lsp-session" temporary-file-directory))
(require 'lsp-mode)
(require 'lsp-diagnostics)
(require 'lsp-completion)
(require 'backspec)

(defun bs-start ()
  "Start lsp-mode in this buffer and wait for the server."
  (lsp)
  (bs-wait "server"
           (lambda ()
             (and (lsp-workspaces)
                  (seq-every-p (lambda (w) (eq 'initialized (lsp--workspace-status w)))
                               (lsp-workspaces))))))

(defun bs-stop ()
  "Kill the buffer; the server goes on and is used again, as for any user."
  (bs-close))

(defun bs-hover ()
  "Return the hover at point."
  (let ((hover (lsp-request "textDocument/hover" (lsp--text-document-position-params))))
    (substring-no-properties (lsp--render-on-hover-content (lsp:hover-contents hover) t))))

(defun bs-act (pattern)
  "Apply the code action at point whose title matches PATTERN."
  (let* ((actions (lsp-code-actions-at-point))
         (action (seq-find (lambda (a) (string-match-p pattern (lsp:code-action-title a))) actions)))
    (unless action (ert-fail (list "no such action" pattern)))
    (lsp-execute-code-action action)))

(ert-deftest backspec-lsp-mode-code ()
  "Diagnostics, hover, a quick fix and editing in a Python file."
  (bs-visit "app/orders.py")
  (unwind-protect
      (progn
        (bs-start)
        (let ((d (bs-find "requests.get. waits")))
          (should (equal "requests.get" (bs-underlined d)))
          (should (bs-drawn-p d)))
        (bs-go "requests.get" 2)
        (should (string-match-p "timeout" (bs-hover)))
        (bs-act "timeout")
        (should (string-match-p "timeout=" (buffer-string)))
        (bs-gone "requests.get. waits"))
    (bs-stop)))

(ert-deftest backspec-lsp-mode-agent ()
  "Diagnostics, hover and completion in an agent file."
  (bs-visit ".claude/agents/backend-specialist.md")
  (unwind-protect
      (progn
        (bs-start)
        (should (equal "modle" (bs-underlined (bs-find "modle"))))
        (bs-go "connection pooling" 3)
        (should (string-match-p "Connection pooling" (bs-hover)))
        (bs-go "modle")
        (insert "col\n")
        (backward-char)
        (let* ((found (lsp-completion-at-point))
               (labels (all-completions "col" (nth 2 found))))
          (should (member "color" (mapcar #'substring-no-properties labels)))))
    (bs-stop)))

;;; lsp-mode-tests.el ends here

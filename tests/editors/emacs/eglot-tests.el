;;; eglot-tests.el --- backspec under Eglot  -*- lexical-binding: t; -*-

;;; Code:

(load (expand-file-name "support.el" (file-name-directory load-file-name)) nil t)
(require 'eglot)
(require 'backspec)
(setq eglot-sync-connect t eglot-connect-timeout 30 eglot-autoshutdown nil
      eglot-events-buffer-config '(:size 0) eglot-confirm-server-edits nil)
(add-to-list 'eglot-server-programs (cons 'python-mode #'backspec--eglot-contact))

(defun bs-start ()
  "Start Eglot in this buffer as a user does."
  (call-interactively #'eglot)
  (should (eglot-current-server))
  (should (bound-and-true-p flymake-mode)))

(defun bs-stop ()
  "Stop the server and kill the buffer."
  (ignore-errors (eglot-shutdown (eglot-current-server)))
  (bs-close))

(defun bs-hover ()
  "Return what eldoc would show at point."
  (let (shown)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown (or text ""))))
    (bs-wait "hover" (lambda () shown))
    (substring-no-properties shown)))

(defun bs-act (pattern)
  "Apply the code action at point whose title matches PATTERN."
  (let* ((actions (bs-wait "code actions" (lambda () (eglot-code-actions (point) (point)))))
         (action (seq-find (lambda (a) (string-match-p pattern (plist-get a :title))) actions)))
    (unless action
      (ert-fail (list "no such action" pattern (mapcar (lambda (a) (plist-get a :title)) actions))))
    (eglot-execute (eglot-current-server) action)))

(ert-deftest backspec-eglot-code ()
  "Diagnostics, hover, a quick fix and editing in a Python file."
  (bs-visit "app/orders.py")
  (unwind-protect
      (progn
        (bs-start)
        (let ((d (bs-find "requests.get. waits")))
          (should (equal "requests.get" (bs-underlined d)))
          (should (eq 'eglot-warning (flymake-diagnostic-type d)))
          (should (bs-drawn-p d)))
        (bs-go "requests.get" 2)
        (should (string-match-p "timeout" (bs-hover)))
        (bs-act "timeout")
        (should (string-match-p "timeout=" (buffer-string)))
        (bs-gone "requests.get. waits")
        (erase-buffer)
        (insert "import requests\n\nlabel = \"😀\"; answer = requests.get(\"https://a.example\")\n")
        (bs-send)
        (should (equal "requests.get" (bs-underlined (bs-find "requests.get. waits"))))
        (erase-buffer)
        (insert "answer = 42\n")
        (bs-send)
        (bs-wait "an edit clears" (lambda () (bs-refresh) (null (flymake-diagnostics)))))
    (bs-stop)))

(ert-deftest backspec-eglot-agent ()
  "Diagnostics, hover, completion and a quick fix in an agent file."
  (bs-visit ".claude/agents/backend-specialist.md")
  (unwind-protect
      (progn
        (should (eq major-mode 'markdown-mode))
        (bs-start)
        (should (equal "modle" (bs-underlined (bs-find "modle"))))
        (bs-go "modle" 1)
        (bs-act "model")
        (should (string-match-p "^model: sonnet" (buffer-string)))
        (bs-gone "modle")
        (bs-go "tools:" 2)
        (should (string-match-p "tools" (bs-hover)))
        (bs-go "connection pooling" 3)
        (should (string-match-p "Connection pooling" (bs-hover)))
        (bs-go "model: sonnet")
        (insert "col\n")
        (backward-char)
        (bs-send)
        (let* ((found (eglot-completion-at-point))
               (labels (all-completions "col" (nth 2 found))))
          (should (member "color" (mapcar #'substring-no-properties labels)))))
    (bs-stop)))

(ert-deftest backspec-eglot-explain ()
  "The command shows a rule's page in a buffer."
  (bs-visit "app/orders.py")
  (unwind-protect
      (progn
        (bs-start)
        (save-window-excursion
          (backspec-explain "http-client/no-timeout")
          (should (equal "*backspec http-client/no-timeout*" (buffer-name)))
          (should (string-match-p "requests.get" (buffer-string))))
        (should-error (backspec--execute "backspec.nonsense" nil)))
    (bs-stop)))

(ert-deftest backspec-eglot-rename ()
  "Renaming an agent changes what names it."
  (bs-visit ".claude/agents/security-reviewer.md")
  (unwind-protect
      (progn
        (bs-start)
        (bs-go "security-reviewer" 2)
        (eglot-rename "auditor")
        (should (string-match-p "^name: auditor" (buffer-string)))
        (with-current-buffer (find-file-noselect "backend-specialist.md")
          (should (string-match-p "@auditor" (buffer-string)))
          (set-buffer-modified-p nil)))
    (bs-stop)))

;;; eglot-tests.el ends here

;;; support.el --- What the Emacs tests share  -*- lexical-binding: t; -*-

;;; Commentary:
;; Run in batch, in a copy of the example project: BACKSPEC_EMACS is the folder of backspec.el,
;; BACKSPEC_ELPA a folder of unpacked packages.

;;; Code:

(require 'ert)
(require 'flymake)
(require 'cl-lib)
(require 'seq)

(add-to-list 'load-path (getenv "BACKSPEC_EMACS"))
(dolist (folder (file-expand-wildcards (expand-file-name "*" (getenv "BACKSPEC_ELPA"))))
  (add-to-list 'load-path folder)
  (dolist (file (file-expand-wildcards (expand-file-name "*-autoloads.el" folder)))
    (load file nil t)))
(require 'markdown-mode)

(defun bs-wait (what condition)
  "Wait until CONDITION returns something and return that; fail with WHAT after a while."
  (let (seen)
    (with-timeout (20 (ert-fail (format "never: %s" what)))
      (while (not (setq seen (funcall condition)))
        (accept-process-output nil 0.02)
        (sit-for 0)))
    seen))

(defun bs-visit (file)
  "Visit FILE of the example project in this folder."
  (switch-to-buffer (find-file-noselect (expand-file-name file))))

(defun bs-go (text &optional into)
  "Put point INTO characters behind the start of the first TEXT."
  (goto-char (point-min))
  (search-forward text)
  (goto-char (+ (match-beginning 0) (or into 0))))

(defun bs-diagnostic (text)
  "Return the Flymake diagnostic whose message matches TEXT, or nil."
  (seq-find (lambda (d) (string-match-p text (flymake-diagnostic-text d))) (flymake-diagnostics)))

(defun bs-refresh ()
  "Have Flymake draw what a server has sent; a check that runs is left alone."
  (unless (flymake-running-backends)
    (flymake-start)))

(defun bs-find (text)
  "Wait for the diagnostic whose message matches TEXT."
  (bs-wait (format "diagnostic %s" text)
           (lambda () (bs-refresh) (bs-diagnostic text))))

(defun bs-gone (text)
  "Wait until no diagnostic matches TEXT."
  (bs-send)
  (bs-wait (format "%s goes" text)
           (lambda () (bs-refresh) (not (bs-diagnostic text)))))

(declare-function eglot--signal-textDocument/didChange "eglot")

(defun bs-send ()
  "Send changes now: Eglot waits for an idle user, and nobody is idle in batch."
  (when (bound-and-true-p eglot--managed-mode)
    (eglot--signal-textDocument/didChange)))

(defun bs-underlined (diagnostic)
  "Return the text under DIAGNOSTIC."
  (buffer-substring-no-properties (flymake-diagnostic-beg diagnostic)
                                  (flymake-diagnostic-end diagnostic)))

(defun bs-drawn-p (diagnostic)
  "Whether an overlay draws DIAGNOSTIC."
  (seq-some (lambda (overlay) (overlay-get overlay 'flymake-diagnostic))
            (overlays-at (flymake-diagnostic-beg diagnostic))))

(defun bs-close ()
  "Kill this buffer without questions."
  (set-buffer-modified-p nil)
  (kill-buffer))

(provide 'support)
;;; support.el ends here

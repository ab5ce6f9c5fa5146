;;; flymake-tests.el --- backspec beside another server, through the command line  -*- lexical-binding: t; -*-

;;; Code:

(load (expand-file-name "support.el" (file-name-directory load-file-name)) nil t)
(require 'backspec)

(ert-deftest backspec-flymake ()
  "The command line checks the text of the buffer, saved or not."
  (bs-visit "app/orders.py")
  (unwind-protect
      (progn
        (backspec-flymake-setup)
        (let ((d (bs-find "http-client/no-timeout")))
          (should (equal "requests.get" (bs-underlined d)))
          (should (eq :warning (flymake-diagnostic-type d)))
          (should (bs-drawn-p d)))
        (bs-go "requests.get" 2)
        (should (equal "http-client/no-timeout"
                       (save-excursion (bs-go "requests.get" 2) (backspec--rule-at-point))))
        (erase-buffer)
        (insert "answer = 42\n")
        (bs-wait "an edit clears" (lambda () (bs-refresh) (null (flymake-diagnostics)))))
    (bs-close)))

(ert-deftest backspec-flymake-without-the-program ()
  "A program that is not there is an error in Flymake's log, not in the user's way."
  (bs-visit "app/orders.py")
  (unwind-protect
      (let ((backspec-program "no-such-backspec") (debug-on-error nil))
        (backspec-flymake-setup)
        (flymake-start)
        (should (null (flymake-diagnostics))))
    (bs-close)))

;;; flymake-tests.el ends here

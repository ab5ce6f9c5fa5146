"""``python -m backspec.lsp``: the server without the command line around it."""

import sys

from backspec.lsp.main import run

if __name__ == "__main__":
    sys.exit(run())

"""``python -m backspec``."""

from backspec.cli.main import main

if __name__ == "__main__":
    main(prog_name="backspec")

"""One command a file: ``command`` is a click command, named after the file."""

"""backspec: diagnostics for agent definition files and for backend code.

Importing this package costs nothing; see ``service.py`` for the one entry both doors use.
"""

__version__ = "0.1.0"

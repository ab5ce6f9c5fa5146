"""The editor's door: the language server, and the only place that imports pygls and lsprotocol.

``main.py`` starts it, ``transport.py`` carries messages, ``protocol.py`` dispatches them,
``documents.py`` holds the open texts, ``schedule.py`` says when one is analysed, and each file
in ``features/`` translates one kind of request into one call of ``service.py``.
"""

"""Configuration: the nearest ``backspec.toml`` or ``[tool.backspec]`` above a file.

One frozen dataclass; ``schemas/config.schema.json`` and the docs are generated from its fields.
Errors are diagnostics on the configuration file, and the last good configuration stays.
Precedence, strongest first: command line, configuration file, defaults.
"""

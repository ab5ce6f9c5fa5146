"""The checks of agent files, one module an area; rule files name them, nothing lists them."""

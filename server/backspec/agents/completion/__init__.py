"""Completion in agent files: one module for each kind of place."""

"""The roof: settings, addresses, the worker and the process runner. No domain logic."""

__version__ = "0.1.0"  # that of pyproject.toml

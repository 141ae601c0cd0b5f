"""The roof: settings, addresses, the worker and the process runner. No domain logic."""

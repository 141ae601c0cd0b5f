"""How programs and browsers come in through the API."""

"""How promises are measured: pure, one module a kind."""

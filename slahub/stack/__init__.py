"""The servers and processes that make one machine a whole installation."""

"""Facts in, and the facts as they are stored."""

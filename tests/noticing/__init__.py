"""What people are told as it happens."""

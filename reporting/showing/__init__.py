"""What pages show, put together from verdicts and labels before any template runs."""

"""The pages: fetch, one call, render."""

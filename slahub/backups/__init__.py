"""Backups of the whole installation: one file each, with a manifest that proves what is in it."""

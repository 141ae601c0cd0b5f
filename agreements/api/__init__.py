"""Agreements and commitments through the REST API: read only."""

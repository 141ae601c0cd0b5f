"""Whether the installation does its work: for monitors, for Prometheus, and for the people who run it."""

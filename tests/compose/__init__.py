"""The commands of the compose file and the image, run as they are written, against Debian's servers.

No container engine is needed: Linux gives each run its own network, mounts and processes (`.ci/compose`).
"""

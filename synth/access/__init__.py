"""Workspaces, members, roles, keys, sessions, and who may do what."""

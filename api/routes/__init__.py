"""JSON under /v1."""

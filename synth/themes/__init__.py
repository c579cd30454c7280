"""Chunks into themes: persistent clusters counted in people."""

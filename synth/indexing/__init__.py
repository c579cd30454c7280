"""Chunks into vectors, and hybrid search over them."""

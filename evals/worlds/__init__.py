"""Planted worlds: people, texts and metrics whose cause is known."""

"""Prompts as released files behind a typed loader."""

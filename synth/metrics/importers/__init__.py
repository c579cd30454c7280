"""Readers of metric files: text in, typed rows and problem lines out; no I/O."""

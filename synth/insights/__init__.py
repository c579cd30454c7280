"""Approved hypotheses."""

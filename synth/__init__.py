"""Synth: themes with exact citations, tested links to metrics, hypotheses behind a human review."""

__version__ = "0.1.0"

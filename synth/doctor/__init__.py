"""Checks that nothing was lost, doubled, misquoted or let past the reviewer."""

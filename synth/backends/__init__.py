"""The outside world; each heavy library is imported in exactly one file."""

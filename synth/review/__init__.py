"""A person's decision on exactly one revision."""

"""Pure scorers, one per file: they compare, they never aggregate."""

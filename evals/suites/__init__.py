"""One capability per file: run and mutants."""

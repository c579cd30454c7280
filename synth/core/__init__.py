"""Values shared by three or more slices; no I/O."""

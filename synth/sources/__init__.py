"""Files in: readers, redaction, and the documents they become."""

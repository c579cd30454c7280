"""Request and response shapes; never tables."""

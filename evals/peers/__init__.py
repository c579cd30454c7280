"""Well-known detectors, written again to be run beside ours."""

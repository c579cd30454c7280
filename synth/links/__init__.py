"""Metric tags and the tested relation between a theme and an anomaly."""

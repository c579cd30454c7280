"""Metrics in, anomalies out."""

"""Anomalies being explained: brief, people to ask, sessions to watch, guide, deadline, decision."""

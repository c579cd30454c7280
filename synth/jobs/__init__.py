"""Durable jobs: the only folder that knows DBOS."""

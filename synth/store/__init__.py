"""Database mechanics only: engine, unit of work, tables, migrations."""

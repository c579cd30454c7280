"""Embeddings by content hash: the vectors from which Chroma can be rebuilt."""

from sqlalchemy import Column, Integer, LargeBinary, String

from synth.store.tables.base import scoped_table

embeddings = scoped_table(
    "embeddings",
    Column("model", String(128)),
    Column("text_sha256", String(64)),
    Column("dimensions", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    key=("model", "text_sha256"),
)

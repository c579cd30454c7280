"""Every setting, read once from the environment (`SYNTH_*`): name, default, one line of help."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The one settings object; the README table is checked against it."""

    model_config = SettingsConfigDict(env_prefix="SYNTH_", frozen=True, extra="ignore")

    data_dir: Path = Field(Path("synth-data"), description="Folder that holds all state.")
    database_url: str = Field(
        "", description="Empty: SQLite in the data folder. Else `postgresql+psycopg://...`."
    )
    chroma_url: str = Field(
        "", description="Empty: Chroma in the data folder. Else `http://host:port` of a server."
    )
    key: SecretStr = Field(SecretStr(""), description="API key the commands act with.")
    llm_base_url: str = Field(
        "", description="Empty: offline template drafter. Else any OpenAI-compatible endpoint."
    )
    llm_model: str = Field("", description="Model name sent to that endpoint.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key for that endpoint.")
    llm_per_minute: int = Field(
        60, ge=1, description="Requests to that endpoint per minute and workspace, all workers."
    )
    llm_daily_tokens: int = Field(
        1_000_000, ge=0, description="Tokens a workspace may spend a day; then drafting stops."
    )
    llm_price_input: float = Field(
        0.0, ge=0, description="Price of a million tokens sent, in USD, for the cost of drafts."
    )
    llm_price_output: float = Field(
        0.0, ge=0, description="Price of a million tokens received, in USD."
    )
    llm_labels: int = Field(
        60, ge=0, description="Themes that endpoint labels in a run, largest first; 0: none."
    )
    embedding_base_url: str = Field(
        "", description="Empty: the packaged MiniLM. Else an OpenAI-compatible embeddings endpoint."
    )
    embedding_model: str = Field("", description="Model name sent to the embeddings endpoint.")
    embedding_api_key: SecretStr = Field(
        SecretStr(""), description="Key for the embeddings endpoint."
    )
    chunk_size: int = Field(600, ge=50, le=8000, description="Longest chunk, in characters.")
    chunk_overlap: int = Field(
        80, ge=0, le=400, description="Characters a chunk reaches back into its own turn."
    )
    seed: int = Field(7, ge=0, description="Seed of every computation that draws at random.")
    max_upload_mb: int = Field(50, ge=1, description="Largest upload, in MiB.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8321, ge=0, le=65535, description="Port the server listens on; 0: any free.")
    schedules: bool = Field(
        True, description="Whether a worker here starts recurring work: deadlines, check-ins."
    )
    job_days: int = Field(
        30, ge=2, description="Days a job of recurring work is kept once done; failed ones stay."
    )
    fault_point: str = Field(
        "", description="For tests: `job.step.phase` at which the process kills itself."
    )

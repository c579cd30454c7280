"""Where evals find the public data and keep their runs, read once from `SYNTH_EVAL_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EvalSettings(BaseSettings):
    """The settings of evals; the product never reads them."""

    model_config = SettingsConfigDict(env_prefix="SYNTH_EVAL_", frozen=True, extra="ignore")

    data: Path | None = Field(
        None, description="Folder of public data sets; unset: what needs them is skipped."
    )
    runs: Path = Field(Path("eval-runs"), description="Folder that keeps one file per run.")

    @field_validator("data", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

"""The language model an eval may ask: the one the product is set up with, or none."""

from __future__ import annotations

from synth.backends.chat_model import ChatModel
from synth.settings import Settings

#: Why an eval of a language model is skipped.
NO_ENDPOINT = (
    "needs a language model: set SYNTH_LLM_BASE_URL (and SYNTH_LLM_MODEL, SYNTH_LLM_API_KEY)"
)


def configured_model() -> ChatModel | None:
    """Return the model of the endpoint that `SYNTH_LLM_*` names; None: none is named."""
    settings = Settings()
    if not settings.llm_base_url:
        return None
    from synth.backends.openai_chat import OpenAIChat

    return OpenAIChat(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
    )

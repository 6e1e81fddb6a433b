"""The base of every model: frozen, strict about unknown keys, so that a misspelt key in a data file is an error and not a silence."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable record; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

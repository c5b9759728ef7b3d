"""The kinds of values a scenario is made of; shares lie in 0-1, ranges are ``(low, high)``."""

import datetime as dt
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from kidswear_brain.scenario.checks import in_order

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Whole = Annotated[int, Field(ge=1)]
ShareRange = Annotated[tuple[Share, Share], AfterValidator(in_order)]
Range = Annotated[tuple[NonNegative, NonNegative], AfterValidator(in_order)]
WholeRange = Annotated[tuple[Whole, Whole], AfterValidator(in_order)]
Period = Annotated[tuple[dt.date | None, dt.date | None], AfterValidator(in_order)]
Name = Annotated[str, StringConstraints(pattern=r"^\w+$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]

_FILE = {"type": "string", "format": "table"}
FirmCount = Annotated[
    int,
    Field(ge=1, le=100_000),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100_000}, _FILE]}),
]
"""A number; a file may name a table instead, which the loader replaces by its number of rows."""
Table = Annotated[str, WithJsonSchema(_FILE)]


class Model(BaseModel):
    """A frozen part of a scenario that refuses keys it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True
    )

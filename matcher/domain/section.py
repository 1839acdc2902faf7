"""What every section of the policy has in common."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A section of the policy: no key that is not known, no number that is not one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

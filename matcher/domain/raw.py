"""Tables as they came in, before anybody looked at them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RawTables:
    """The tables of a bundle by name (`candidates`, `vacancies`, ...); absent ones are left out."""

    tables: Mapping[str, pa.Table]

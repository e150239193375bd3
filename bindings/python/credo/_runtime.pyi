# The compiled part, whose face is credo.Agent and credo.Beliefs.
from typing import Any

def __getattr__(name: str) -> Any: ...

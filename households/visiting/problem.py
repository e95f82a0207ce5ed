"""What keeps a visit from being sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that keeps a visit from being sent, with the screen where it is mended."""

    step_id: str
    sentence: str

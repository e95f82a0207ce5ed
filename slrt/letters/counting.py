"""How far a file of many letters is, told while it is laid out."""

from collections.abc import Callable

from reportlab.platypus import Flowable

TOLD_EVERY = 5  # letters


class Counted(Flowable):
    """Nothing to be seen: laid out after the n-th letter, it tells that the letter is done."""

    def __init__(self, n: int, moved: Callable[[int], None]) -> None:
        super().__init__()
        self.n, self.moved = n, moved

    def wrap(self, *room: float) -> tuple[float, float]:
        """Takes no room."""
        return 0, 0

    def draw(self) -> None:
        """Tell how many letters are laid out."""
        if self.n % TOLD_EVERY == 0:
            self.moved(self.n)

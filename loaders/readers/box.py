"""Rectangles on a page, and how a place on a page is written."""

from typing import NamedTuple

# Parts of text are on one line if they share this much of the lower one's height.
SAME_LINE = 0.5


class Box(NamedTuple):
    """A rectangle on a page, in points from its upper left corner; each letter has one, so it is a tuple."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Its sides: left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height at which its middle is."""
        return (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        """How large it is."""
        return (self.right - self.left) * self.height

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def overlaps(self, other: "Box") -> bool:
        """Tell whether two boxes have a part in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def shares_line(self, other: "Box") -> bool:
        """Tell whether two boxes are beside each other rather than one above the other."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared >= SAME_LINE * min(self.height, other.height)

    def moved(self, x: float, y: float) -> "Box":
        """Return it further to the right and further down."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def around(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def place_of(page_no: int, box: Box) -> str:
    """Return a place on a page in words: left, top, width and height in points from its upper left corner."""
    return (
        f"page {page_no} ({box.left:.0f} {box.top:.0f} {box.right - box.left:.0f} {box.bottom - box.top:.0f})"
    )


def parse_place(place: str) -> tuple[int, Box]:
    """Return the page and the box that a place on a page names."""
    page, _, numbers = place.removeprefix("page ").partition(" (")
    left, top, width, height = (float(number) for number in numbers.removesuffix(")").split())
    return int(page), Box(left, top, left + width, top + height)

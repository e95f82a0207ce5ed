"""What the five parts of a timetable may say, as cron writes them. Pure: text in, whether it is understood out."""

import re

PARTS = {"minute": (0, 59), "hour": (0, 23), "day_of_month": (1, 31), "month_of_year": (1, 12), "day_of_week": (0, 6)}
ONE = re.compile(r"(?:\*|(?P<first>\d{1,2})(?:-(?P<last>\d{1,2}))?)(?P<every>/(?P<step>\d{1,2}))?", re.ASCII)


def understood(part: str, text: str) -> bool:
    """Whether a part (a key of PARTS) is *, numbers, ranges or steps (*/15, 8-16/2) within its bounds, joined by commas."""
    return all(_one(part, one) for one in text.split(","))


def _one(part: str, text: str) -> bool:
    read, (least, most) = ONE.fullmatch(text), PARTS[part]
    if read is None:
        return False
    first = int(read["first"] or least)
    last = int(read["last"] or (first if read["first"] else most))
    stepped = read["every"] is None or (1 <= int(read["step"]) <= most and first < last)
    return least <= first <= last <= most and stepped

"""What people enter."""

from uuid import uuid4


def complaint_fields(text):
    """A new complaint as the form sends it, with a key of its own."""
    return {
        "kind": "grievance",
        "sector": "health",
        "issue": "nothing_received",
        "description": text,
        "urgency": "normal",
        "channel": "walk_in_office",
        "village": "13.01.05.2006",
        "idempotency_key": str(uuid4()),
    }


def new_key():
    """A form's key."""
    return complaint_fields("")["idempotency_key"]


def extract(number, rows):
    """A CSV extract of `rows` women who live alone (below 10,000), told from every other file by its number (below 600)."""
    lines = ["NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA"]
    month, year = 1 + number // 50, 1950 + number % 50
    for row in range(1, rows + 1):
        # NIK: six digits place, six birth date (women: day + 40), four running. A family's number stands in the same order.
        tail = f"{month:02d}{year % 100:02d}{row:04d}"
        lines.append(f"13019801{tail},13019941{tail},Warga{number}x,01/{month:02d}/{year},2,1,1301052006")
    return "\n".join(lines) + "\n"

"""A calendar as iCalendar text (RFC 5545), enough for phones and desktops to subscribe to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from visits.agenda import Appointment

LINE = 75  # octets, without the line's end


def escaped(text: str) -> str:
    for mark, escape in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(mark, escape)
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """Cut into pieces of at most 75 octets, never within a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins a continuation counts
        piece += character
        size += width
    return "\r\n ".join([*pieces, piece])


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _event(row: Appointment, host: str, now: dt.datetime) -> Iterator[str]:
    subject = row.subject
    yield "BEGIN:VEVENT"
    yield f"UID:{row.uid}@{host}"
    yield f"DTSTAMP:{stamp(now)}"
    yield f"DTSTART:{stamp(row.at)}"
    yield f"DTEND:{stamp(row.ends_at)}"
    yield f"SUMMARY:{escaped(f'{row.word} {row.title}')}"
    yield f"DESCRIPTION:{escaped(subject.purpose)}"
    if subject.place:
        yield f"LOCATION:{escaped(subject.place)}"
    yield f"STATUS:{'CANCELLED' if subject.status == 'cancelled' else 'CONFIRMED'}"
    yield "END:VEVENT"


def calendar(rows: Iterable[Appointment], *, name: str, host: str, now: dt.datetime) -> str:
    """The whole file, with CRLF line ends as the format asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dakehu//Visits//ZH", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for row in rows:
        lines += _event(row, host, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)

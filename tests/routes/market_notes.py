"""The addresses of market notes."""

from tests.factories_market_notes import MarketNoteFactory, NoteFileFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

ROUTES = {
    "development:notes": Route(PEOPLE),
    "development:note_create": Route(PEOPLE),
    **{
        f"development:{name}": Route(IN_SCOPE, of("note"), post=name == "note_read")
        for name in ("note", "note_edit", "note_link", "note_attach", "note_read", "note_void")
    },
    "development:note_file": Route(
        IN_SCOPE, lambda world: {"pk": world.note.pk, "file_pk": world.note_file.pk}
    ),
}


def furnish(world, people):
    """A note of Chen's for Li, with a file."""
    world.note = MarketNoteFactory(author=people.chen, sent_to=people.li)
    world.note_file = NoteFileFactory(note=world.note)

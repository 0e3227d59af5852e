"""What a workflow function raises when it refuses."""


class TransitionDenied(Exception):
    """The action is refused; the text says why and who can, in words for the page."""

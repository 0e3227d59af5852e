"""统一社会信用代码: the 18-character code of every organisation in China (GB 32100-2015)."""

from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, place, 31) for place in range(17)]
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"})
LENGTH = 18
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def normalise(text: str) -> str:
    """Upper case, half width, without spaces and hyphens; nothing else is altered."""
    if not text.isascii():
        text = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(text.upper().replace("-", "").split())


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first seventeen.

    Raises KeyError for a character that no code can hold.
    """
    total = sum(map(mul, map(VALUES.__getitem__, first_17), WEIGHTS))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right length, alphabet and check character."""
    if len(code) != LENGTH or not VALUES.keys() >= set(code):
        return False
    return check_character(code[:17]) == code[17]


def suggestion(code: str) -> str:
    """A valid code that differs only in look-alike letters (O→0, I→1), or ""; never applied."""
    candidate = code.translate(LOOKALIKES)
    return candidate if candidate != code and is_valid(candidate) else ""

"""Amounts in the capital numerals that contracts are written with."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def capitals(amount: Decimal) -> str:
    """`壹佰贰拾陆万捌仟元伍角整`; for amounts from zero up to sixteen digits of yuan."""
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(yuan)}元" if yuan or not cents else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    return f"{text}{DIGITS[fen]}分" if fen else f"{text}整"


def _whole(yuan: int) -> str:
    """The yuan, with one 零 for every run of zeros inside."""
    text, is_gap, has_group = "", False, False
    digits = str(yuan)
    for place, digit in zip(reversed(range(len(digits))), map(int, digits), strict=True):
        if digit:
            text += ("零" if is_gap else "") + DIGITS[digit] + PLACES[place % 4]
            is_gap, has_group = False, True
        else:
            is_gap = True
        if place % 4 == 0 and has_group:
            text, has_group = text + GROUPS[place // 4], False
    return text or DIGITS[0]

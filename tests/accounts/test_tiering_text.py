"""Verdicts and policies in words; the picture of the bands; the simulation."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts.band_picture import draw
from accounts.simulation import simulate
from accounts.tier_facts import Row
from accounts.tiering import RULE_BOOK, Facts, Span, Volume, judge, lint
from accounts.tiering_text import explain, hole_text, money, overlap_text, span_text, why_text
from tests.accounts.test_tiering import NOT_C_OR_D, amounts, facts, judgements, policies

WIDER = replace(
    RULE_BOOK,
    version=2,
    bands=tuple(
        replace(band, span=Span(Decimal(200_000), Decimal(400_000))) if band.tier == "A2" else band
        for band in RULE_BOOK.bands
    ),
)


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("35000", "3.5万元", "CNY 35,000"),
        ("500000", "50万元", "CNY 500,000"),
        ("499999.99", "499,999.99元", "CNY 499,999.99"),
        ("12345678", "12,345,678元", "CNY 12,345,678"),
        ("100000000", "10,000万元", "CNY 100,000,000"),
        ("0", "0元", "CNY 0"),
        ("-120.5", "-120.50元", "CNY -120.50"),
    ],
)
def test_amounts_are_exact(amount, zh, en):
    with override("zh-hans"):
        assert money(Decimal(amount)) == zh
    with override("en"):
        assert money(Decimal(amount)) == en


@pytest.mark.parametrize(
    ("known", "tone", "words"),
    [
        (facts(350_000), "gap", ["between A2 and A1", "C and D"]),
        (facts(None), "open", ["annual volume is not known"]),
        (facts(50_000), "open", ["B1 and B2", "the figure alone cannot tell", "Growth potential"]),
        (facts(70_000, growth_potential="smaller"), "open", ["B1: the volume fits"]),
        (
            facts(600_000, payment_reputation="good", **NOT_C_OR_D),
            "settled",
            ["A1"],
        ),
        (facts(19_999, volume_word="large", profit_contribution="other"), "gap", ["below B2"]),
    ],
)
def test_a_verdict_says_gap_overlap_and_unknown_as_such(known, tone, words):
    with override("en"):
        text = explain(judge(RULE_BOOK, known))
    assert text.tone == tone
    said = " ".join((text.headline, *text.sentences))
    assert [word for word in words if word not in said] == []


def test_the_way_to_the_next_tier_in_words():
    with override("en"):
        text = explain(judge(RULE_BOOK, facts(165_000, payment_reputation="good")))
    assert text.distances[0] == "A2: CNY 35,000 more a year (from CNY 200,000)"
    assert text.distances[1].startswith("B1: CNY 65,000 less a year (down to CNY 100,000)")


@given(policies, st.none() | amounts, judgements)
def test_every_verdict_can_be_put_into_words(policy, amount, known):
    volume = None if amount is None else Volume(amount)
    with override("en"):
        text = explain(judge(policy, Facts(volume, known)))
    assert text.headline
    assert all(row.asked for tier in text.tiers for row in tier.rows)


@given(policies)
def test_every_policy_can_be_drawn_and_put_into_words(policy):
    picture, found = draw(policy), lint(policy)
    assert len(picture.holes) == len(found.holes)
    assert len(picture.overlaps) == len(found.overlaps)
    assert all(picture.plot_left <= bar.x <= bar.end <= picture.plot_right for bar in picture.bars)
    assert all(hole_text(hole) for hole in found.holes)
    assert all(overlap_text(overlap) for overlap in found.overlaps)


def test_bounds_that_are_not_included_are_said():
    with override("en"):
        span = Span(Decimal(1), Decimal(2), lower_inclusive=False, upper_inclusive=False)
        assert span_text(span) == "over CNY 1 and under CNY 2"
        assert span_text(Span(upper=Decimal(2), upper_inclusive=False)) == "under CNY 2"
        assert span_text(Span(lower=Decimal(2), lower_inclusive=False)) == "over CNY 2"


# --- Simulation -------------------------------------------------------------------------------

KINDS = RULE_BOOK.kinds


def row(pk, amount, tier="", owner=1, **known):
    figure = None if amount is None else Decimal(amount)
    return Row(pk, tier, owner, figure, tuple(known.get(kind) for kind in KINDS))


def test_a_simulation_counts_everyone_and_explains_movers_only():
    rows = [
        row(1, 350_000, payment_reputation="good"),
        row(2, 350_000, owner=2, payment_reputation="good"),
        row(3, 250_000, "A2", payment_reputation="good"),
        row(4, None),
    ]
    found = simulate(rows, RULE_BOOK, WIDER, None)
    assert found.total == 4
    assert dict(found.matrix) == {("gap", "A2"): 2, ("A2", "A2"): 1, ("open", "open"): 1}
    assert [move.row.pk for move in found.moves] == [1, 2]
    assert found.owners == {1: 1, 2: 1}
    assert found.pattern_count == 3  # the first two are one pattern
    whys = [why for why in found.moves[0].why if not why.follows_the_figure]
    assert [(why.tier, why.kind) for why in whys] == [("A2", "annual_volume")]
    with override("en"):
        assert "CNY 200,000 to CNY 400,000" in why_text(whys[0], Decimal(350_000))


def test_a_simulation_tells_whose_decided_tier_would_no_longer_pass():
    found = simulate([row(1, 350_000, "A2", payment_reputation="good")], WIDER, RULE_BOOK, None)
    assert found.decided_no_longer_passing == 1


def test_a_simulation_per_group_uses_the_groups_figures():
    found = simulate([row(1, 150_000, payment_reputation="good")], RULE_BOOK, RULE_BOOK, {
        1: Decimal(210_000)
    })  # fmt: skip
    assert dict(found.matrix) == {("gap", "A2"): 1}


@given(policies, policies, st.lists(st.tuples(amounts, judgements), max_size=4))
def test_a_simulation_agrees_with_judging_one_by_one(before, after, customers):
    kinds = tuple(dict.fromkeys((*before.kinds, *after.kinds)))
    rows = [
        Row(pk, "", None, amount, tuple(known[kind] for kind in kinds))
        for pk, (amount, known) in enumerate(customers)
    ]
    found = simulate(rows, before, after, None)
    moved = [
        pk
        for pk, (amount, known) in enumerate(customers)
        if _stands(before, amount, known) != _stands(after, amount, known)
    ]
    assert [move.row.pk for move in found.moves] == moved
    assert sum(found.matrix.values()) == len(customers)


def _stands(policy, amount, known):
    verdict = judge(policy, Facts(Volume(amount), known))
    if len(verdict.passing) == 1:
        return verdict.passing[0]
    if verdict.passing:
        return "several"
    if verdict.gap:
        return "gap"
    return "open" if verdict.possible else "none"

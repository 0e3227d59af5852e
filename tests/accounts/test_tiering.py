"""The tier rules as pure functions (S1 第3–4条): no database in this file."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import tiering
from accounts.tiering import (
    RULE_BOOK,
    Band,
    BulkJudge,
    Facts,
    Policy,
    Requirement,
    Source,
    Span,
    TypeFacts,
    TypeVerdict,
    Verdict,
    Volume,
    judge,
    judge_type,
    lint,
)

VALUES = {
    "payment_reputation": ("good", "fairly_good", "other"),
    "volume_word": ("large", "fairly_large", "small"),
    "growth_potential": ("larger", "smaller"),
    "development_potential": ("some", "none"),
    "profit_contribution": ("low", "other"),
    "profit_rate": ("high", "other"),
    "purchase_frequency": ("high", "fairly_high", "other"),
    "loyalty": ("loyal", "other"),
}
STRICT = replace(RULE_BOOK, good_satisfies_fairly_good=False, large_satisfies_fairly_large=False)
SEPARATE = replace(RULE_BOOK, volume_word_separate=True)
BOUNDS = [Decimal(bound) for bound in (20_000, 50_000, 100_000, 200_000, 300_000, 500_000)]
CENT = Decimal("0.01")
# Rules out C and D, so that only the volume tiers are left open.
NOT_C_OR_D = {"profit_contribution": "other", "profit_rate": "other"}


def facts(amount: str | Decimal | None, **judgements: str | None) -> Facts:
    return Facts(None if amount is None else Volume(Decimal(amount)), judgements)


amounts = st.one_of(
    st.sampled_from([bound + step for bound in BOUNDS for step in (-CENT, Decimal(0), CENT)]),
    st.decimals(-1_000, 2_000_000, places=4),
)
judgements = st.fixed_dictionaries(
    {kind: st.sampled_from([None, *values]) for kind, values in VALUES.items()}
)
volumes = st.builds(
    Volume,
    amounts,
    basis=st.sampled_from(["", "sales", "declared"]),
    period_from=st.none() | st.dates(),
    period_to=st.none() | st.dates(),
    source=st.text(max_size=5),
    as_of=st.none() | st.dates(),
)
all_facts = st.builds(
    Facts,
    st.none() | volumes,
    judgements,
    st.dictionaries(st.sampled_from(sorted(VALUES)), st.builds(Source, st.text(), st.dates())),
)
spans = st.builds(
    Span,
    st.none() | st.sampled_from(BOUNDS),
    st.none() | st.sampled_from(BOUNDS),
    st.booleans(),
    st.booleans(),
)
requirements = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda kind: st.builds(
            Requirement,
            st.just(kind),
            st.lists(st.sampled_from(VALUES[kind]), min_size=1, unique=True).map(tuple),
        )
    ),
    max_size=2,
    unique_by=lambda requirement: requirement.kind,
).map(tuple)
policies = st.builds(
    Policy,
    version=st.integers(1, 9),
    bands=st.tuples(
        *(st.builds(Band, st.just(t), spans, requirements) for t in tiering.TIERS),
    ),
    good_satisfies_fairly_good=st.booleans(),
    large_satisfies_fairly_large=st.booleans(),
    volume_word_separate=st.booleans(),
) | st.just(RULE_BOOK)


# --- The vectors of the rule book -------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "judged", "passing", "gap"),
    [
        ("500000.00", {"payment_reputation": "good"}, ("A1",), None),
        ("499999.99", {"payment_reputation": "good"}, (), ("A2", "A1")),
        ("500000.01", {"payment_reputation": "good"}, ("A1",), None),
        ("300000.00", {"payment_reputation": "fairly_good"}, ("A2",), None),
        ("299999.99", {"payment_reputation": "fairly_good"}, ("A2",), None),
        ("300000.01", {"payment_reputation": "fairly_good"}, (), ("A2", "A1")),
        ("200000.00", {"payment_reputation": "fairly_good"}, ("A2",), None),
        ("200000.01", {"payment_reputation": "fairly_good"}, ("A2",), None),
        ("199999.99", {"payment_reputation": "fairly_good"}, (), ("B1", "A2")),
        ("199999.99", {"growth_potential": "larger"}, (), ("B1", "A2")),
        ("100000.01", {"growth_potential": "larger"}, (), ("B1", "A2")),
        ("100000.00", {"growth_potential": "larger"}, ("B1",), None),
        ("99999.99", {"growth_potential": "larger"}, ("B1",), None),
        ("100000.00", {"growth_potential": "smaller"}, (), None),
        ("50000.00", {"growth_potential": "larger"}, ("B1",), None),
        ("50000.00", {"growth_potential": "smaller"}, ("B2",), None),
        ("50000.01", {"growth_potential": "larger"}, ("B1",), None),
        ("50000.01", {"growth_potential": "smaller"}, (), None),
        ("49999.99", {"growth_potential": "larger"}, (), None),
        ("49999.99", {"growth_potential": "smaller"}, ("B2",), None),
        ("20000.00", {"growth_potential": "smaller"}, ("B2",), None),
        ("20000.01", {"growth_potential": "smaller"}, ("B2",), None),
        ("19999.99", {"growth_potential": "smaller"}, (), (None, "B2")),
        ("600000", {"payment_reputation": "other"}, (), None),
        ("600000", {"volume_word": "large", "profit_contribution": "low"}, ("C",), None),
        (
            "250000",
            {
                "payment_reputation": "fairly_good",
                "profit_contribution": "low",
                "volume_word": "fairly_large",
            },
            ("A2", "C"),
            None,
        ),
        (
            "30000",
            {
                "growth_potential": "smaller",
                "volume_word": "small",
                "profit_rate": "high",
                "development_potential": "some",
            },
            ("B2", "D"),
            None,
        ),
        ("250000", {"payment_reputation": "good"}, ("A2",), None),
        ("0", {"growth_potential": "smaller"}, (), (None, "B2")),
        ("-120.50", {"growth_potential": "smaller"}, (), (None, "B2")),
    ],
)
def test_rule_book_vectors(amount, judged, passing, gap):
    verdict = judge(RULE_BOOK, facts(amount, **judged))
    assert verdict.passing == passing
    assert (verdict.gap and (verdict.gap.below, verdict.gap.above)) == gap


def test_good_satisfies_fairly_good_only_by_policy():
    known = facts(250_000, payment_reputation="good")
    assert judge(RULE_BOOK, known).passing == ("A2",)
    assert judge(STRICT, known).passing == ()
    (check,) = [c for c in judge(RULE_BOOK, known).by_tier["A2"] if c.kind == "payment_reputation"]
    assert check.note == tiering.STRONGER


def test_overlap_at_50000_asks_for_the_potential():
    verdict = judge(RULE_BOOK, facts(50_000, **NOT_C_OR_D))
    assert (verdict.passing, verdict.possible) == ((), ("B1", "B2"))
    assert verdict.overlap == ("B1", "B2")
    assert verdict.missing == ("growth_potential",)
    assert not verdict.is_settled


def test_unknown_is_never_zero():
    verdict = judge(RULE_BOOK, facts(None, **NOT_C_OR_D))
    assert (verdict.passing, verdict.possible) == ((), ("A1", "A2", "B1", "B2"))
    assert verdict.missing == ("annual_volume", "payment_reputation", "growth_potential")
    assert {c.result for c in verdict.checks if c.kind == "annual_volume"} == {"not_testable"}
    assert (verdict.gap, verdict.distances) == (None, ())


def test_returns_are_shown_as_they_are():
    verdict = judge(RULE_BOOK, facts("-120.50"))
    assert {c.value for c in verdict.checks if c.kind == "annual_volume"} == {Decimal("-120.50")}


def test_volume_word_follows_the_figure_and_says_so():
    known = facts(600_000, payment_reputation="good")
    (word,) = [c for c in judge(RULE_BOOK, known).by_tier["A1"] if c.kind == "volume_word"]
    assert (word.result, word.note) == ("pass", tiering.BY_FIGURE)
    (word,) = [c for c in judge(RULE_BOOK, facts(9)).by_tier["A1"] if c.kind == "volume_word"]
    assert (word.result, word.note) == ("fail", tiering.BY_FIGURE)
    separate = judge(SEPARATE, known)
    assert (separate.passing, "volume_word" in separate.missing) == ((), True)


def test_which_half_failed():
    verdict = judge(RULE_BOOK, facts(70_000, growth_potential="smaller"))
    assert [(c.tier, c.kind) for c in verdict.half_failed] == [("B1", "growth_potential")]


def test_distance_in_a_gap_points_both_ways():
    verdict = judge(RULE_BOOK, facts(165_000, payment_reputation="other"))
    assert [(d.tier, d.direction, d.amount, d.also) for d in verdict.distances] == [
        ("A2", "up", Decimal(35_000), ("payment_reputation",)),
        ("B1", "down", Decimal(65_000), ("growth_potential",)),
    ]


def test_distance_inside_a_band_points_up_only():
    verdict = judge(RULE_BOOK, facts(265_000, payment_reputation="good"))
    assert [(d.tier, d.amount, d.also) for d in verdict.distances] == [("A1", Decimal(235_000), ())]
    assert judge(RULE_BOOK, facts(500_000)).distances == ()


def test_what_would_drop_a_tier():
    drops = judge(RULE_BOOK, facts(265_000, payment_reputation="good")).drops
    assert [(d.direction, d.kind, d.margin) for d in drops] == [
        ("below", "annual_volume", Decimal(65_000)),
        ("above", "annual_volume", Decimal(35_000)),
        ("judgement", "payment_reputation", None),
    ]


def test_settled_needs_every_other_tier_ruled_out():
    assert not judge(RULE_BOOK, facts(600_000, payment_reputation="good")).is_settled
    settled = judge(RULE_BOOK, facts(600_000, payment_reputation="good", **NOT_C_OR_D))
    assert (settled.is_settled, settled.settled_tier) == (True, "A1")


def test_inputs_carry_their_source():
    volume = Volume(Decimal(600_000), source="2026 ledger", as_of=date(2026, 6, 30))
    known = Facts(volume, {"payment_reputation": "good"}, {"payment_reputation": Source("王芳")})
    checks = {c.kind: c for c in judge(RULE_BOOK, known).by_tier["A1"]}
    assert checks["annual_volume"].source == Source("2026 ledger", date(2026, 6, 30))
    assert checks["payment_reputation"].source == Source("王芳")
    assert checks["volume_word"].source is None


def test_every_check_cites_its_article():
    assert {c.article for c in judge(RULE_BOOK, Facts()).checks} == {
        f"S1-A3-{tier}" for tier in tiering.TIERS
    }


# --- Properties -------------------------------------------------------------------------------


@given(policies, all_facts)
def test_verdict_survives_json(policy, known):
    verdict = judge(policy, known)
    restored = Verdict.from_json(json.loads(json.dumps(verdict.to_json())))
    assert restored == verdict
    assert restored.distances == verdict.distances
    assert restored.drops == verdict.drops
    assert Facts.from_json(json.loads(json.dumps(known.to_json()))) == known


@given(policies, all_facts)
def test_settled_means_exactly_one(policy, known):
    verdict = judge(policy, known)
    assert verdict.is_settled == (len(verdict.passing) == 1 and not verdict.possible)
    assert not set(verdict.passing) & set(verdict.possible)
    assert bool(verdict.missing) == bool(verdict.possible)


@given(policies, all_facts, st.sampled_from(sorted(VALUES)), st.data())
def test_learning_a_judgement_never_takes_away_what_passes(policy, known, kind, data):
    less = replace(known, judgements={**known.judgements, kind: None})
    value = data.draw(st.sampled_from(VALUES[kind]))
    more = replace(known, judgements={**known.judgements, kind: value})
    before, after = judge(policy, less), judge(policy, more)
    assert set(before.passing) <= set(after.passing)
    assert set(after.passing) <= set(before.passing) | set(before.possible)
    assert set(after.possible) <= set(before.possible)


@given(policies, all_facts, amounts)
def test_learning_the_volume_never_takes_away_what_passes(policy, known, amount):
    before = judge(policy, replace(known, volume=None))
    after = judge(policy, replace(known, volume=Volume(amount)))
    assert set(before.passing) <= set(after.passing)
    assert set(after.passing) <= set(before.passing) | set(before.possible)


@given(judgements, amounts, amounts)
def test_more_volume_never_loses_a1(known, one, other):
    less, more = sorted([one, other])
    if "A1" in judge(RULE_BOOK, Facts(Volume(less), known)).passing:
        assert "A1" in judge(RULE_BOOK, Facts(Volume(more), known)).passing


@given(policies, all_facts)
def test_bulk_judges_as_one_by_one(policy, known):
    bulk = BulkJudge(policy)
    values = tuple(known.judgements[kind] for kind in policy.kinds)
    amount = known.volume.amount if known.volume else None
    verdict, outcome = judge(policy, known), bulk.outcome(amount, values)
    assert outcome.passing == verdict.passing
    assert outcome.possible == verdict.possible
    assert outcome.is_gap == (verdict.gap is not None)
    assert outcome.settled_tier == verdict.settled_tier


@given(policies, st.lists(amounts, min_size=1), judgements)
def test_a_piece_of_the_axis_stands_for_all_its_figures(policy, figures, known):
    bulk = BulkJudge(policy)
    values = tuple(known[kind] for kind in policy.kinds)
    for figure in figures:  # one judge for all: later figures meet remembered patterns
        verdict = judge(policy, Facts(Volume(figure), known))
        assert bulk.outcome(figure, values).passing == verdict.passing


@given(policies, amounts)
def test_holes_and_overlaps_are_where_the_bands_say(policy, amount):
    bounded = [b for b in policy.bands if b.span.is_bounded]
    claiming = tuple(band.tier for band in bounded if amount in band.span)
    found = lint(policy)
    if policy.axis.bounds:
        assert any(amount in hole.span for hole in found.holes) == (not claiming)
    overlaps = [overlap for overlap in found.overlaps if amount in overlap.span]
    assert [overlap.tiers for overlap in overlaps] == ([claiming] if len(claiming) > 1 else [])


@given(policies, all_facts)
def test_distance_up_leads_to_the_tier_and_no_shorter_way_does(policy, known):
    for distance in judge(policy, known).distances:
        step = distance.amount if distance.direction == "up" else -distance.amount
        band = policy.band(distance.tier)
        assert known.volume.amount + step == distance.bound
        assert (distance.bound in band.span) == (distance.inclusive and not band.span.is_empty)
        assert distance.amount > 0 or not distance.inclusive


# --- The policy's own gaps --------------------------------------------------------------------


def test_lint_finds_the_holes_and_overlaps_of_the_rule_book():
    found = lint(RULE_BOOK)
    assert [(h.span.lower, h.span.upper, h.below, h.above) for h in found.holes] == [
        (None, 20_000, None, "B2"),
        (100_000, 200_000, "B1", "A2"),
        (300_000, 500_000, "A2", "A1"),
    ]
    assert [(h.span.lower_inclusive, h.span.upper_inclusive) for h in found.holes[1:]] == [
        (False, False),
        (False, False),
    ]
    (overlap,) = found.overlaps
    assert (overlap.span.lower, overlap.span.upper) == (50_000, 50_000)
    assert set(overlap.tiers) == {"B1", "B2"}
    assert overlap.told_apart_by == "growth_potential"


def test_lint_finds_bounds_that_exclude_everything():
    band = Band("A1", Span(Decimal(2), Decimal(1)))
    assert lint(Policy(1, (band,))).empty == ("A1",)


# --- Business types (第4条) -------------------------------------------------------------------

ORGANISATION = TypeFacts("organisation", True, True, True)
MEMBER = TypeFacts(
    "individual",
    judgements={
        "volume_word": "fairly_large",
        "purchase_frequency": "fairly_high",
        "loyalty": "loyal",
    },
)


def test_agreement_key_account():
    verdict = judge_type(ORGANISATION)
    assert (verdict.passing, verdict.possible) == (("agreement",), ())
    assert {c.article for c in verdict.of("agreement")} == {"S1-A4-1"}


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("is_end_customer", "is_end_customer"),
        ("long_term_intention", "long_term_intention"),
        ("vip_agreement_in_force", "vip_agreement_in_force"),
    ],
)
def test_agreement_key_account_names_what_failed_or_is_missing(field, kind):
    failed = judge_type(replace(ORGANISATION, **{field: False}))
    assert (failed.passing, failed.possible) == ((), ())
    assert [c.kind for c in failed.of("agreement") if c.result == "fail"] == [kind]
    unknown = judge_type(replace(ORGANISATION, **{field: None}))
    assert (unknown.passing, unknown.possible, unknown.missing) == ((), ("agreement",), (kind,))


def test_member_key_account():
    assert judge_type(MEMBER).passing == ("member",)
    assert judge_type(replace(MEMBER, account_kind="organisation")).passing == ()
    assert judge_type(replace(MEMBER, judgements={})).missing == (
        "volume_word",
        "purchase_frequency",
        "loyalty",
    )


def test_type_verdict_survives_json():
    verdict = judge_type(replace(ORGANISATION, is_end_customer=None))
    assert TypeVerdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


@pytest.mark.parametrize(
    ("lower", "upper", "inclusive", "is_empty"),
    [
        (5, 6, (False, False), False),
        (5, 5, (True, True), False),
        (5, 5, (True, False), True),
        (5, 5, (False, True), True),
        (6, 5, (True, True), True),
        (None, 5, (False, False), False),
        (5, None, (False, False), False),
    ],
)
def test_a_span_of_nothing(lower, upper, inclusive, is_empty):
    bounds = [None if bound is None else Decimal(bound) for bound in (lower, upper)]
    assert Span(*bounds, *inclusive).is_empty is is_empty


def test_the_pieces_of_the_axis_at_and_between_the_bounds():
    axis = tiering.Axis(RULE_BOOK.bands)
    volumes = [v for bound in axis.bounds for v in (bound - CENT, bound)] + [Decimal(10**9)]
    assert [axis.piece(volume) for volume in volumes] == list(range(len(volumes)))

"""The addresses of customers, tiers, ledgers and agreements."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import SavedView, TierPolicy
from accounts.workflow import tiering
from accounts.workflow.attachment import add as attach
from accounts.workflow.tier_round import open_round
from tests import factories
from tests.factories_accounts import (
    AgreementObligationFactory,
    AgreementTemplateFactory,
    DraftAgreementFactory,
)
from tests.routes.route import IN_SCOPE, PEOPLE, POSTS, Route, child, of


def both_of_pair(world: SimpleNamespace) -> dict[str, Any]:
    return {"kept_pk": world.pair.first_id, "absorbed_pk": world.pair.second_id}


def round_args(name: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The key of the review round, and for filling one in that of its line."""
    if name == "round_fill":
        return lambda world: {"pk": world.round.pk, "line_pk": world.round.lines.first().pk}
    return of("round")


ACCOUNT_PAGES = [
    "detail",
    "edit",
    "standing",
    "void",
    "history",
    "owner_change",
    "second_contact_add",
    "contact_person_create",
    "judgements",
    "annual_volume_enter",
    "months_enter",
    "interactions",
    "interaction_create",
    "feedback_create",
    "attachment_create",
    "tier",
    "tier_decide",
    "tier_propose",
    "type_decide",
    "agreement_create",
]
AGREEMENT_PAGES = [
    "agreement",
    "agreement_edit",
    "agreement_sign",
    "agreement_drop",
    "agreement_end",
    "agreement_leave",
    "agreement_print",
    "agreement_word",
    "agreement_file_create",
    "agreement_obligation_create",
    "agreement_note_create",
]
IMPORT_POSTS = ["sheet", "apply", "undo", "discard"]
TIER_LISTS = [
    "tiers",
    "tier_settled",
    "tier_review",
    "tier_carried_over",
    "tier_as_of",
    "tier_proposals",
]
ACCOUNT_ACTIONS = ["restore", "information_confirm"]
CHILDREN = {
    "assignment_pk": ["assignment_end"],
    "person_pk": ["contact_person_edit", "contact_person_left", "contact_person_confirm"],
    "record_pk": [
        "interaction_edit",
        "interaction_correct",
        "interaction_void",
        "interaction_step_done",
    ],
    "feedback_pk": ["feedback", "feedback_pass_on", "feedback_answer", "feedback_tell"],
    "decision_pk": ["tier_correct"],
    "agreement_pk": AGREEMENT_PAGES,
    "obligation_pk": ["agreement_obligation"],
    "attachment_pk": ["attachment_download", "attachment_void"],
}
CHILD_PAGES = {
    *AGREEMENT_PAGES,
    "tier_correct",
    "contact_person_edit",
    "interaction_edit",
    "feedback",
    "attachment_download",
}

ROUTES = {
    # customers: lists show only what is in scope
    "accounts:list": Route(PEOPLE),
    "accounts:search": Route(PEOPLE),
    "accounts:lookup": Route(PEOPLE),
    "accounts:create": Route(PEOPLE),
    "accounts:interaction_choose": Route(PEOPLE),
    "accounts:columns": Route(PEOPLE, post=True),
    "accounts:saved_views": Route(PEOPLE),
    "accounts:saved_view_save": Route(PEOPLE, post=True),
    "accounts:saved_view_edit": Route({"chen"}, of("view"), post=True),
    "accounts:saved_view_delete": Route({"chen"}, of("view"), post=True),
    "accounts:duplicate_check": Route(POSTS | {"he"}, outside=403),
    "accounts:duplicates": Route(PEOPLE),
    "accounts:duplicate_dismiss": Route(IN_SCOPE, of("pair")),
    "accounts:duplicate_reopen": Route(IN_SCOPE, of("pair"), post=True),
    "accounts:merge_choose": Route(IN_SCOPE, of("account")),
    "accounts:merge_preview": Route(IN_SCOPE, both_of_pair),
    "accounts:merge_detail": Route(IN_SCOPE, of("merge")),
    "accounts:merge_undo": Route(IN_SCOPE, of("merge"), post=True),
    # ledgers: an import is its uploader's and their superiors'
    "accounts:export": Route(PEOPLE),
    "accounts:import_list": Route(PEOPLE),
    "accounts:import_template": Route(PEOPLE),
    **{
        f"accounts:import_{name}": Route(IN_SCOPE, of("ledger_import"), post=name in IMPORT_POSTS)
        for name in ["detail", "progress", "columns", "file", "refused", *IMPORT_POSTS]
    },
    # agreements: seen with their customer; templates are the company's
    "accounts:agreements": Route(PEOPLE),
    "accounts:unsigned": Route(PEOPLE),
    "accounts:agreement_templates": Route(PEOPLE),
    "accounts:agreement_template_file": Route(POSTS, lambda world: {"kind": "vip"}),
    "accounts:agreement_template_retire": Route(POSTS, of("template"), post=True),
    # tiers: everyone reads the rules; rounds and drafts are for superiors
    **{f"accounts:{name}": Route(PEOPLE) for name in TIER_LISTS},
    "accounts:rounds": Route(PEOPLE),
    **{
        f"accounts:{name}": Route(
            {"li", "wang"}, round_args(name), post=name != "round", refused=set()
        )
        for name in (
            "round",
            "round_take",
            "round_fill",
            "round_keep",
            "round_sign",
            "round_cancel",
        )
    },
    "accounts:policies": Route(PEOPLE),
    "accounts:policy": Route(PEOPLE, of("policy")),
    "accounts:policy_draft": Route(PEOPLE, of("policy"), post=True),
    "accounts:policy_edit": Route(PEOPLE, of("policy")),
    "accounts:policy_simulate": Route(PEOPLE, of("policy")),
    "accounts:policy_activate": Route(PEOPLE, of("policy")),
    **{
        f"accounts:proposal_{verb}": Route(IN_SCOPE, of("proposal"), post=True)
        for verb in ("accept", "refuse", "withdraw")
    },
    # one customer and all that belongs to it
    **{f"accounts:{name}": Route(IN_SCOPE, of("account")) for name in ACCOUNT_PAGES},
    **{f"accounts:{name}": Route(IN_SCOPE, of("account"), post=True) for name in ACCOUNT_ACTIONS},
    "accounts:assignment_end": Route(
        {"li", "wang"}, child("assignment_pk"), post=True, refused={"chen"}
    ),
    **{
        f"accounts:{name}": Route(IN_SCOPE, child(kwarg), post=name not in CHILD_PAGES)
        for kwarg, names in CHILDREN.items()
        for name in names
        if name != "assignment_end"
    },
}


def furnish(world, people):
    """Everything that a customer of Chen's may have."""
    account, today = world.account, timezone.localdate()
    twin = factories.AccountFactory(owner=people.chen, region=people.east)
    world.round = open_round(actor=people.li, name="年度评审", effective_on=today)
    world.decision_pk = tiering.decide(
        account, actor=people.li, tier="B1", effective_on=today, reason="潜力较大"
    )
    world.proposal = tiering.propose(
        account, actor=people.chen, tier="A2", effective_on=today, reason="用量增加"
    )
    agreement = DraftAgreementFactory(account=account)
    contract = SimpleUploadedFile("a.txt", "合同".encode())
    world.pair = factories.DuplicatePairFactory(first=account, second=twin)
    world.merge = factories.AccountMergeFactory(kept=account, merged_by=people.li)
    world.ledger_import = factories.LedgerImportFactory(uploaded_by=people.chen)
    world.policy = TierPolicy.objects.in_force()
    world.view = SavedView.objects.create(owner=people.chen, name="我的", is_shared=False)
    world.assignment_pk = factories.AssignmentFactory(
        account=account, user=people.li, kind="second"
    )
    world.person_pk = factories.ContactPersonFactory(account=account)
    world.record_pk = factories.InteractionFactory(account=account, author=people.chen)
    world.feedback_pk = factories.FeedbackFactory(account=account, raised_by=people.chen)
    world.agreement_pk = agreement
    world.obligation_pk = AgreementObligationFactory(agreement=agreement)
    world.template = AgreementTemplateFactory()
    world.attachment_pk = attach(account, actor=people.chen, upload=contract, title="")

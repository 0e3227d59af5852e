"""Every step of an agreement × everybody × every state, by the table; through the pages."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Agreement
from staff import duties
from tests.factories_accounts import AgreementFactory, DraftAgreementFactory, days_from_now

TODAY = timezone.localdate()
SIGNED = {
    "our_party": "示例公司", "their_party": "客户公司", "their_signer": "马志远",
    "their_capacity": "legal", "our_capacity": "appointed", "starts_on": TODAY, "signed_on": TODAY,
    "our_signer": "li",
}  # fmt: skip
STEPS = {
    "edit": {**SIGNED, "kind": "vip", "number": "HT-改", "reason": "笔误"},
    "sign": SIGNED,
    "drop": {"reason": "价格未谈拢"},
    "end": {"ended_on": TODAY, "reason": "客户违约"},
    "leave": {"reason": "客户转向"},
    "renew": {"kind": "vip", "our_capacity": "", "their_capacity": ""},
    "obligations/new": {"side": "ours", "text": "交付样品", "due_on": TODAY},
    "notes/new": {"kind": "performance", "happened_on": TODAY, "text": "按期回款"},
}
STATES = {
    "draft": lambda **whose: DraftAgreementFactory(**whose),
    "in_force": lambda **whose: AgreementFactory(**whose),
    "expired": lambda **whose: AgreementFactory(**whose, ends_on=days_from_now(-1)),
    "ended": lambda **whose: AgreementFactory(
        **whose, status="ended", ended_on=days_from_now(-2), end_reason="违约"
    ),
    "dropped": lambda **whose: DraftAgreementFactory(
        **whose, status="dropped", end_reason="未谈拢"
    ),
}
LINE = {"chen", "li", "wang"}  # who sees the customer
SUPERIORS = {"li", "wang"}
ALLOWED = {
    ("edit", "draft"): LINE,
    **{("edit", state): SUPERIORS for state in ("in_force", "expired", "ended")},
    ("sign", "draft"): LINE,
    ("drop", "draft"): LINE,
    ("end", "in_force"): SUPERIORS,
    **{("leave", state): SUPERIORS for state in ("in_force", "expired")},
    **{("renew", state): LINE for state in ("in_force", "expired", "ended")},
    **{
        (step, state): LINE
        for step in ("obligations/new", "notes/new")
        for state in ("draft", "in_force", "expired", "ended")
    },
}
RESULT = {"sign": "signed", "drop": "dropped", "end": "ended"}


def address(agreement, step):
    base = f"/accounts/{agreement.account_id}/agreements"
    if step == "renew":
        return f"{base}/new/?renews={agreement.pk}"
    return f"{base}/{agreement.pk}/{step}/"


def traces(agreement):
    """What a step may leave: the row itself, and what hangs on it."""
    row = Agreement.objects.filter(pk=agreement.pk).values().get()
    parts = (agreement.obligations, agreement.notes, agreement.renewals)
    return row, [part.count() for part in parts]


def test_every_step_by_everybody_in_every_state(client, people, account, monkeypatch):
    # What a step asks of whom has tests of its own, and is most of what it costs.
    monkeypatch.setattr(duties, "synchronise_all", lambda **_: {})
    whose = {"account": account, "our_signer": people.li, "drawn_up_by": people.chen}
    agreements = {state: make(**whose) for state, make in STATES.items()}
    before = {state: traces(agreement) for state, agreement in agreements.items()}
    wrong = []
    for who in ("chen", "li", "wang", "sun", "zhao", "zhou", "he", "root"):
        client.force_login(getattr(people, who))
        for state, agreement in agreements.items():
            for step, sent in STEPS.items():
                sent = {
                    **sent,
                    **({"our_signer": people.li.pk} if step in ("sign", "edit") else {}),
                }
                with transaction.atomic():
                    answer = client.post(address(agreement, step), sent)
                    moved = traces(agreement) != before[state]
                    status = Agreement.objects.get(pk=agreement.pk).status
                    transaction.set_rollback(True)
                row = (step, state, who, answer.status_code)
                if moved is not (who in ALLOWED.get((step, state), set())):
                    wrong.append((*row, "moved" if moved else "stood still"))
                if moved and status != RESULT.get(step, agreement.status):
                    wrong.append((*row, status))
                if (answer.status_code == 404) is not (who not in LINE):
                    wrong.append((*row, "seen" if who not in LINE else "hidden"))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["chen", "li"])
def test_bad_input_gets_its_sentence_and_keeps_what_was_typed(client, people, account, who):
    agreement = DraftAgreementFactory(account=account, our_signer=people.li)
    client.force_login(getattr(people, who))
    url = f"/accounts/{account.pk}/agreements/{agreement.pk}/sign/"
    answer = client.post(url, {**SIGNED, "our_signer": people.li.pk, "their_signer": ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["their_signer"]
    assert 'value="客户公司"' in answer.content.decode()

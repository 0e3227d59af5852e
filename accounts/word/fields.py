"""What a Word template can say about an agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Agreement, AgreementObligation, Side
from accounts.word.capitals import capitals


def field_list() -> list[tuple[str, str]]:
    """Every field with what it stands for, for whoever writes a template."""
    return [
        ("number", gettext("Agreement number")),
        ("kind", gettext("Kind of agreement")),
        ("title", gettext("Subject matter")),
        ("our_party", gettext("Our company")),
        ("our_signer", gettext("Our signer")),
        ("our_capacity", gettext("Our signer's capacity")),
        ("our_proof", gettext("Our signer's proof")),
        ("their_party", gettext("The customer's company")),
        ("their_signer", gettext("The customer's signer")),
        ("their_capacity", gettext("The customer's signer's capacity")),
        ("their_proof", gettext("The customer's signer's proof")),
        ("signed_on", gettext("Signed on")),
        ("starts_on", gettext("In force from")),
        ("ends_on", gettext("In force until; blank without a fixed end")),
        ("amount", gettext("Amount in capital numerals")),
        ("amount_yuan", gettext("Amount in yuan, to the cent")),
        ("terms", gettext("Main terms")),
        ("customer_name", gettext("Customer's name")),
        ("customer_code", gettext("Customer code")),
        ("credit_code", gettext("Credit code")),
        ("customer_address", gettext("Customer's address")),
        ("customer_phone", gettext("Customer's phone")),
        ("invoice_title", gettext("Invoice title")),
        ("tax_number", gettext("Tax number")),
        ("bank", gettext("Customer's bank")),
        ("bank_account", gettext("Customer's bank account")),
        ("payment_days", gettext("Payment terms in days")),
        ("today", gettext("Today's date")),
        ("obligations", gettext("List of obligations: each has text, side, due_on")),
    ]


def values_of(agreement: Agreement) -> dict[str, Any]:
    """The fields of one agreement as plain texts, "" where nothing is known."""
    return {
        **_paper(agreement),
        **_customer(agreement.account),
        "obligations": [_obligation(row, agreement) for row in agreement.obligations.all()],
        "today": _day(timezone.localdate()),
    }


def _paper(agreement: Agreement) -> dict[str, str]:
    amount = agreement.amount
    return {
        "number": agreement.number,
        "kind": agreement.get_kind_display(),
        "title": agreement.title,
        "our_party": agreement.our_party,
        "our_signer": agreement.our_signer.name if agreement.our_signer else "",
        "our_capacity": agreement.get_our_capacity_display(),
        "our_proof": agreement.our_proof,
        "their_party": agreement.their_party,
        "their_signer": agreement.their_signer,
        "their_capacity": agreement.get_their_capacity_display(),
        "their_proof": agreement.their_proof,
        "signed_on": _day(agreement.signed_on),
        "starts_on": _day(agreement.starts_on),
        "ends_on": _day(agreement.ends_on),
        "amount": "" if amount is None else capitals(amount),
        "amount_yuan": "" if amount is None else f"{amount:,.2f}",
        "terms": agreement.terms,
    }


def _customer(account: Account) -> dict[str, str]:
    return {
        "customer_name": account.name,
        "customer_code": account.code,
        "credit_code": account.credit_code,
        "customer_address": account.address,
        "customer_phone": account.phone,
        "invoice_title": account.invoice_title,
        "tax_number": account.invoice_tax_number,
        "bank": account.invoice_bank,
        "bank_account": account.invoice_bank_account,
        "payment_days": "" if account.payment_days is None else str(account.payment_days),
    }


def _obligation(row: AgreementObligation, agreement: Agreement) -> dict[str, str]:
    """`side` is the party by its name: whose words "we" are, a contract does not know."""
    party = agreement.our_party if row.side == Side.OURS else agreement.their_party
    side = party or row.get_side_display()
    return {"text": row.text, "side": side, "due_on": _day(row.due_on)}


def _day(day: dt.date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def sample_values() -> dict[str, Any]:
    """Something in every field, to try a template with before it is used."""
    values: dict[str, Any] = {name: name for name, _label in field_list()}
    values["obligations"] = [{"text": "text", "side": "side", "due_on": "due_on"}]
    return values

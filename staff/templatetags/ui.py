"""How figures, days, tiers and states look, the same on every page. Pure: no queries."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from staff import calendar

register = template.Library()

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
CENT = Decimal("0.01")

# One colour per meaning; `static/css/app.css` holds the colours themselves.
TIERS = ("A1", "A2", "B1", "B2", "C", "D")
TONES = {
    # standing of an account
    "prospect": "blue",
    "customer": "slate",
    "unclassified": "slate",
    "key": "violet",
    "key_account": "violet",
    "small_medium": "teal",
    "small_or_medium": "teal",
    "former": "grey",
    # states of a paper, a request, a job
    "draft": "grey",
    "open": "blue",
    "active": "green",
    "in_progress": "blue",
    "running": "blue",
    "queued": "grey",
    "planned": "blue",
    "proposed": "amber",
    "submitted": "amber",
    "pending": "amber",
    "waiting": "amber",
    "due": "amber",
    "approved": "green",
    "accepted": "green",
    "decided": "green",
    "applied": "green",
    "done": "green",
    "closed": "green",
    "signed": "green",
    "passed": "green",
    "pass": "green",
    "carried_over": "slate",
    "sent_back": "orange",
    "overdue": "red",
    "late": "red",
    "refused": "red",
    "rejected": "red",
    "failed": "red",
    "fail": "red",
    "withdrawn": "grey",
    "cancelled": "grey",
    "vip": "violet",
    "ordinary": "slate",
    "undone": "grey",
    "archived": "grey",
    "expired": "grey",
    # development plans and prospects
    "reported": "amber",
    "noted": "green",
    "listed": "grey",
    "analysed": "slate",
    "channel": "blue",
    "surveyed": "teal",
    "focus": "violet",
    "not_focus": "grey",
    "survey": "green",
    # complaints and their monthly feedback
    "received": "amber",
    "acknowledged": "blue",
    "classified": "blue",
    "investigating": "blue",
    "handled": "teal",
    "to_approve": "amber",
    "sent": "green",
    # agreements
    "in_force": "green",
    "upcoming": "blue",
    "ended": "orange",
    "dropped": "grey",
    "inactive": "grey",
    "left": "grey",
    "void": "grey",
    "voided": "grey",
    "unknown": "amber",
    "not_testable": "amber",
    "gap": "amber",
    "overlap": "orange",
    "stated": "green",
    "uncertain": "amber",
    "suggested": "blue",
}


def _unknown() -> SafeString:
    return format_html('<span class="unknown" title="{}">—</span>', gettext("not known"))


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _digits(value: Decimal, places: str) -> str:
    rounded = value.quantize(Decimal(places), ROUND_HALF_UP)
    return f"{rounded or abs(rounded):,f}"  # never "-0.00"


def yuan_text(value: Any) -> str:
    """An amount in the unit people say it in, as plain text; "" if not known.

    Rounded half up to the shown places first, so that 9,999.995 reads 1.0万元, never 10,000.00元.
    """
    if value is None or value == "":
        return ""
    amount = _decimal(value)
    size = abs(amount.quantize(CENT, ROUND_HALF_UP))
    if not (get_language() or "").startswith("zh"):
        return f"CNY {_digits(amount, '0.01' if size < WAN else '1')}"
    if size < WAN:
        return f"{_digits(amount, '0.01')}元"
    if abs((amount / WAN).quantize(Decimal("0.1"), ROUND_HALF_UP)) < WAN:
        return f"{_digits(amount / WAN, '0.1')}万元"
    return f"{_digits(amount / YI, '0.01')}亿元"


@register.filter
def yuan(value: Any) -> SafeString:
    """`12.3万元`; the exact amount stands in the title. Where a cent decides, use `amount`."""
    if value is None or value == "":
        return _unknown()
    exact = f"{_digits(_decimal(value), '0.01')}{gettext(' yuan')}"
    return format_html('<span class="figure" title="{}">{}</span>', exact, yuan_text(value))


@register.filter
def amount(value: Any) -> SafeString:
    """`1,234.50`, for table columns whose head names the unit."""
    if value is None or value == "":
        return _unknown()
    return format_html('<span class="figure">{}</span>', _digits(_decimal(value), "0.01"))


@register.filter
def count(value: Any) -> SafeString:
    """`12,345`; an unknown number is not zero."""
    if value is None or value == "":
        return _unknown()
    return format_html('<span class="figure">{}</span>', f"{int(value):,}")


@register.filter
def percent(value: Any) -> SafeString:
    """`12.3%` from the ratio 0.123."""
    if value is None or value == "":
        return _unknown()
    return format_html('<span class="figure">{}%</span>', _digits(_decimal(value) * 100, "0.1"))


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    aware = isinstance(value, dt.datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if aware else value  # type: ignore[arg-type]


def _time(value: dt.date | dt.datetime, text: str, title: str = "") -> SafeString:
    local = _local(value)
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        local.isoformat(),
        format_html(' title="{}"', title) if title else "",
        text,
    )


@register.filter
def day(value: dt.date | dt.datetime | None) -> SafeString:
    """`2026-11-23`, in the office's time zone."""
    return _time(value, f"{_local(value):%Y-%m-%d}") if value else _unknown()


@register.filter
def moment(value: dt.datetime | None) -> SafeString:
    """`2026-11-23 14:05`, in the office's time zone."""
    return _time(value, f"{_local(value):%Y-%m-%d %H:%M}") if value else _unknown()


@register.filter
def ago(value: dt.date | dt.datetime | None) -> SafeString:
    """How far a day is from today: words up to a month away, then the date; exact in the title."""
    if not value:
        return _unknown()
    local = _local(value)
    clock = f" {local:%H:%M}" if isinstance(local, dt.datetime) else ""
    on = local.date() if isinstance(local, dt.datetime) else local
    days = (timezone.localdate() - on).days
    if days == 0:
        text = gettext("today") + clock
    elif days == 1:
        text = gettext("yesterday") + clock
    elif days == -1:
        text = gettext("tomorrow") + clock
    elif 1 < days <= 30:
        text = ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    elif -30 <= days < -1:
        text = ngettext("in %(days)d day", "in %(days)d days", -days) % {"days": -days}
    else:
        text = f"{on:%Y-%m-%d}"
    return _time(value, text, f"{on:%Y-%m-%d}{clock}")


@register.filter
def days_since(value: dt.date) -> str:
    """How many business days something has been waiting since that day."""
    return calendar.days_since_text(value)


@register.filter
def initials(name: str | None) -> str:
    """What stands in a person's round badge: 伟明 for 张伟明, JS for John Smith."""
    words = (name or "").split()
    if not words:
        return "?"
    if words[0][0].isascii():
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
    return "".join(words)[-2:]


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration and hidden from screen readers."""
    href = f"{static('vendor/tabler-icons/sprite.svg')}#{name}"
    if not label:
        return format_html(
            '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
            href,
        )
    return format_html(
        '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
    )


@register.simple_tag
def tier_badge(tier: str | None) -> SafeString:
    """A tier as its code and colour; an account without one says so."""
    if not tier:
        return format_html('<span class="tier tier-none">{}</span>', gettext("No tier"))
    if tier not in TIERS:
        return format_html('<span class="tier tier-none">{}</span>', tier)
    names = {
        "A1": gettext("Tier A1 customer"),
        "A2": gettext("Tier A2 customer"),
        "B1": gettext("Tier B1 customer"),
        "B2": gettext("Tier B2 customer"),
        "C": gettext("Class C customer"),
        "D": gettext("Class D customer"),
    }
    return format_html(
        '<span class="tier tier-{}" title="{}">{}</span>', tier.lower(), names[tier], tier
    )


@register.simple_tag
def status_badge(code: str | None, word: str = "") -> SafeString:
    """A state as word and colour: `{% status_badge o.status o.get_status_display %}`."""
    if not code and not word:
        return _unknown()
    tone = TONES.get(str(code or ""), "slate")
    return format_html('<span class="status status-{}">{}</span>', tone, word or code)


@register.filter
def chart_rows(chart: dict[str, Any]) -> list[tuple[Any, list[Any]]]:
    """The figures of a chart by row: (label, one value of each series)."""
    columns = [series["values"] for series in chart["series"]]
    return [(label, [c[i] for c in columns]) for i, label in enumerate(chart["labels"])]


class CaptureNode(template.Node):
    """Renders its content into a variable; `{% block %}`s inside still inherit."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 — escaped while rendering
        return mark_safe("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}`: lets base.html ask whether a block is empty."""
    try:
        _tag, name = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("capture takes one name") from error
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)

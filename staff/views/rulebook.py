from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from staff import desk, policy, record
from staff.articles import ARTICLES, REGULATIONS
from staff.duties import of_article
from staff.forms.rulebook import ArticleTextForm, PolicyValueForm
from staff.models import ArticleText, Obligation, PolicyValue
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from staff.workflow import policy as workflow


@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """All five regulations, article by article, with how each is kept in my scope."""
    today = timezone.localdate()
    kept = record.by_article(request.user, record.Period.this_year(today))
    regulations = [
        (code, REGULATIONS[code], [(article, kept.get(article.code)) for article in articles])
        for code, articles in groupby(ARTICLES.values(), key=lambda article: article.regulation)
    ]
    return render(request, "staff/rule_list.html", {"regulations": regulations, "today": today})


@require_GET
def article_detail(request: StaffRequest, code: str) -> HttpResponse:
    """One article: what the product does for it, and how it was kept in a period."""
    if code not in ARTICLES:
        raise Http404
    today = timezone.localdate()
    period = record.Period.read(request.GET, today)
    duties = of_article(code)
    obligations = Obligation.objects.visible_to(request.user).filter(
        duty__in=[duty.code for duty in duties], due_on__range=period
    )
    page = Paginator(obligations.select_related("person"), 25).get_page(request.GET.get("page"))
    context = {
        "article": ARTICLES[code],
        "texts": ArticleText.objects.versions(code),
        "values": [row for row in policy.overview(today) if row.article.code == code],
        "duties": [(duty, record.of_duty(request.user, duty.code, period)) for duty in duties],
        "period": period,
        "page": page,
        "evidence": desk.named(list(page)),
        "text_blocker": workflow.set_blocker(request.user),
        "today": today,
    }
    return render(request, "staff/article_detail.html", context)


@require_http_methods(["GET", "POST"])
def article_text(request: StaffRequest, code: str) -> HttpResponse:
    """Load the company's own wording of one article."""
    if code not in ARTICLES:
        raise Http404
    blocker = workflow.set_blocker(request.user)
    last = ArticleText.objects.versions(code).first()
    form = ArticleTextForm(request.POST or None, request.FILES or None)
    form.initial = {"text": last.text if last else ""}
    if form.is_valid():
        data = form.cleaned_data
        try:
            workflow.load_text(code, data["text"], actor=request.user, source=data["source"])
        except TransitionDenied as denied:
            messages.error(request, str(denied))
        else:
            messages.success(request, gettext("Your text is kept as the article's newest version."))
        return redirect("rules:article", code)
    context = {"form": form, "article": ARTICLES[code], "blocker": blocker}
    return render(request, "staff/article_text_form.html", context)


def _key(name: str) -> policy.PolicyKey[Any]:
    if name not in policy.KEYS:
        raise Http404
    return policy.KEYS[name]


@require_GET
def policy_list(request: StaffRequest) -> HttpResponse:
    """Every policy value with its provenance; `?open=1` leaves the open questions."""
    rows = policy.overview(timezone.localdate())
    only_open = bool(request.GET.get("open"))
    if only_open:
        rows = [row for row in rows if row.is_open]
    return render(request, "staff/policy_list.html", {"rows": rows, "only_open": only_open})


@require_http_methods(["GET", "POST"])
def policy_detail(request: StaffRequest, name: str) -> HttpResponse:
    """One policy value: its history, and a new value with what it would make due first."""
    key = _key(name)
    today = timezone.localdate()
    row = next(row for row in policy.overview(today) if row.name == key.key)
    value = policy.in_force(today)[key]
    blocker = workflow.set_blocker(request.user)
    form = PolicyValueForm(request.POST or None, key=key, value=value)
    effects = None
    if not blocker and form.is_valid():
        data = form.cleaned_data
        if "confirmed" in request.POST:
            workflow.set_value(
                key,
                data["value"],
                actor=request.user,
                effective_from=data["effective_from"],
                reason=data["reason"],
            )
            messages.success(request, gettext("The value is set."))
            return redirect("rules:policy", key.key)
        effects = workflow.preview(key, data["value"], today)
    context = {
        "row": row,
        "history": [(row, key.show(row.value)) for row in PolicyValue.objects.history(key.key)],
        "form": form,
        "effects": effects,
        "blocker": blocker,
    }
    return render(request, "staff/policy_detail.html", context)

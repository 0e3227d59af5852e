from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account
from accounts.views.download import download, handed_out
from config.pagination import CappedPaginator
from development.forms.market_note import AboutForm, MarketNoteForm, NewMarketNoteForm
from development.forms.plan import AnswerForm
from development.models import MarketNote
from development.note_filters import MarketNoteFilter
from development.views.pages import form_page, one_click
from development.workflow import market_note as workflow
from staff.types import StaffRequest


def _note(request: StaffRequest, pk: int) -> MarketNote:
    return get_object_or_404(MarketNote.objects.for_list().visible_to(request.user), pk=pk)


@require_GET
def note_list(request: StaffRequest) -> HttpResponse:
    """What I have to read, what I wrote, and all that I may read."""
    rows = MarketNote.objects.for_list().visible_to(request.user)
    unread = rows.living().filter(sent_to=request.user, read_at=None)
    tabs = {
        "all": (gettext("All"), rows.living()),
        "to_read": (gettext("To read"), unread),
        "mine": (gettext("Written by me"), rows.filter(author=request.user)),
    }
    show = request.GET.get("show", "all")
    show = show if show in tabs else "all"
    filterset = MarketNoteFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": CappedPaginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "unread": unread.count(),
        "show": show,
        "filterset": filterset,
    }
    return render(request, "development/note_list.html", context)


@require_GET
def note_detail(request: StaffRequest, pk: int) -> HttpResponse:
    note, user = _note(request, pk), request.user
    context = {
        "note": note,
        "about": Account.objects.visible_to(user).filter(market_notes__note=note),
        "files": note.files.all(),
        "answer_form": AnswerForm(),
        "edit_blocker": note.edit_blocker(user),
        "read_blocker": note.read_blocker(user),
        "void_blocker": note.void_blocker(user),
    }
    return render(request, "development/note_detail.html", context)


@require_http_methods(["GET", "POST"])
def note_create(request: StaffRequest) -> HttpResponse:
    """`?account=` begins one about a customer."""
    user, is_sent = request.user, request.method == "POST"
    form = NewMarketNoteForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        user=user,
        initial={"about": request.GET.get("account"), "kind": request.GET.get("kind")},
    )
    blocker = "" if user.role else gettext("Only someone with a post writes market notes.")
    return form_page(
        request,
        form,
        lambda: workflow.write(
            form.instance,
            actor=user,
            about=form.cleaned_data["about"],
            upload=form.cleaned_data["file"],
        ),
        title=gettext("New market note"),
        done=gettext("Market note saved."),
        crumbs=[],
        back=reverse("development:notes"),
        blocker=blocker,
        next_url=lambda: form.instance.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def note_edit(request: StaffRequest, pk: int) -> HttpResponse:
    note, user = _note(request, pk), request.user
    sent = request.POST if request.method == "POST" else None
    form = MarketNoteForm(sent, instance=note, user=user)
    return form_page(
        request,
        form,
        lambda: workflow.edit(note, actor=user, values=form.values),
        title=gettext("Change the note"),
        done=gettext("Market note saved."),
        crumbs=[note],
        back=note.get_absolute_url(),
        blocker=note.edit_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def note_link(request: StaffRequest, pk: int) -> HttpResponse:
    note, user = _note(request, pk), request.user
    form = AboutForm(request.POST if request.method == "POST" else None, user=user)
    return form_page(
        request,
        form,
        lambda: workflow.link(note, actor=user, account=form.cleaned_data["account"]),
        title=gettext("Also about this customer"),
        done=gettext("Customer linked."),
        crumbs=[note],
        back=note.get_absolute_url(),
        blocker=note.edit_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def note_attach(request: StaffRequest, pk: int) -> HttpResponse:
    note, is_sent = _note(request, pk), request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return form_page(
        request,
        form,
        lambda: workflow.attach(
            note,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add a file"),
        done=gettext("File added."),
        crumbs=[note],
        back=note.get_absolute_url(),
        blocker=note.edit_blocker(request.user),
    )


@download
def note_file(request: StaffRequest, pk: int, file_pk: int) -> HttpResponseBase:
    return handed_out(get_object_or_404(_note(request, pk).files.all(), pk=file_pk))


@require_POST
def note_read(request: StaffRequest, pk: int) -> HttpResponse:
    note, form = _note(request, pk), AnswerForm(request.POST)
    remark = form.cleaned_data["remark"] if form.is_valid() else ""
    return one_click(
        request,
        lambda: workflow.read(note, actor=request.user, remark=remark),
        gettext("Marked as read."),
        note.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def note_void(request: StaffRequest, pk: int) -> HttpResponse:
    note = _note(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.void(note, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void this note"),
        done=gettext("Note voided."),
        crumbs=[note],
        back=note.get_absolute_url(),
        blocker=note.void_blocker(request.user),
        submit=gettext("Void"),
    )

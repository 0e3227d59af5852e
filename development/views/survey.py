from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account
from config.pagination import page_of
from development.filters import SurveyFilter
from development.forms.survey import (
    DocumentForm,
    FieldForm,
    FindingsForm,
    JudgeForm,
    PrinciplesForm,
    StartForm,
    TalkForm,
)
from development.models import Prospect, RecognitionApplication, Survey, SurveyKind
from development.models.recognition import OPEN
from development.views.case_pages import case_form, sent, sent_files
from development.workflow import survey as workflow
from staff.models import User
from staff.types import StaffRequest


def _survey(request: StaffRequest, pk: int) -> Survey:
    rows = Survey.objects.for_detail().visible_to(request.user)
    found: Survey = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def survey_list(request: StaffRequest) -> HttpResponse:
    """Surveys under way, the oldest first, and those that were."""
    rows = Survey.objects.visible_to(request.user).for_list()
    tabs = {
        "open": (gettext("Under way"), rows.filter(status="open").order_by("started_on", "pk")),
        "judged": (gettext("Judged"), rows.filter(status="judged").order_by("-judged_at", "-pk")),
        "dropped": (gettext("Given up"), rows.filter(status="dropped").order_by("-pk")),
    }
    show = request.GET.get("show", "open")
    show = show if show in tabs else "open"
    filterset = SurveyFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": page_of(request, filterset.qs),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "development/survey_list.html", context)


@require_GET
def survey_detail(request: StaffRequest, pk: int) -> HttpResponse:
    survey, user = _survey(request, pk), request.user
    followers = survey.followers.exclude(status="dropped").order_by("-pk")
    context = {
        "survey": survey,
        "account": survey.account,
        "follower": followers.first(),
        "application": _application_after(survey, user),
        "prospect": _prospect_of(survey, user),
        "edit_blocker": survey.edit_blocker(user),
        "judge_blocker": survey.judge_blocker(user),
        "reopen_blocker": survey.reopen_blocker(user),
        "next_steps": _next_steps(survey) if survey.status == "judged" else [],
    }
    return render(request, "development/survey_detail.html", context)


def _application_after(survey: Survey, user: User) -> RecognitionApplication | None:
    """The application that followed a field survey; after a refusal another one may."""
    if not survey.is_field:
        return None
    found = RecognitionApplication.objects.visible_to(user).filter(account=survey.account_id)
    found = found.filter(Q(status__in=OPEN) | Q(status="approved", field_survey=survey))
    return found.first()


def _prospect_of(survey: Survey, user: User) -> Prospect | None:
    """Where a prospect that was surveyed stands on a plan's list."""
    if survey.kind != SurveyKind.PROSPECT:
        return None
    rows = Prospect.objects.for_list().visible_to(user).open()
    found: Prospect | None = rows.filter(account=survey.account_id).order_by("-pk").first()
    return found


def _next_steps(survey: Survey) -> list[str]:
    """What follows a judged survey: "field" or "application"."""
    if survey.suitability == "unsuitable" or survey.kind == "prospect":
        return []
    return ["field"] if survey.is_general else ["application"]


@require_http_methods(["GET", "POST"])
def survey_start(request: StaffRequest, account_pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=account_pk)
    kind = request.GET.get("kind")
    form = StartForm(
        sent(request),
        account=account,
        user=request.user,
        initial={"kind": kind} if kind else {},
    )
    return case_form(
        request,
        account,
        form,
        lambda: workflow.start(form.instance, actor=request.user),
        title=gettext("Start a survey"),
        done=gettext("The survey has begun. Fill it in part by part; each part is saved."),
        back=account.get_absolute_url(),
        submit=gettext("Start"),
        next_url=lambda: form.instance.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_talk(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = TalkForm(sent(request), instance=survey)
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.fill_in(survey, actor=request.user, values=form.values),
        title=gettext("Talk with the customer's head"),
        done=gettext("Saved."),
        blocker=survey.edit_blocker(request.user),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_field(request: StaffRequest, pk: int) -> HttpResponse:
    """The day on site; of a prospect survey the findings alone."""
    survey, user = _survey(request, pk), request.user
    form: FieldForm | FindingsForm
    if survey.is_field:
        form = FieldForm(sent(request), instance=survey, user=user)
    else:
        form = FindingsForm(sent(request), instance=survey)
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.fill_in(
            survey,
            actor=user,
            values=form.values,
            colleagues=form.cleaned_data.get("colleagues"),
        ),
        title=gettext("On site") if survey.is_field else gettext("Findings"),
        done=gettext("Saved."),
        blocker=survey.edit_blocker(user),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_principles(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = PrinciplesForm(sent(request), survey=survey)
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.judge_principles(survey, actor=request.user, verdicts=form.verdicts),
        title=gettext("The four principles"),
        done=gettext("Saved."),
        blocker=survey.edit_blocker(request.user),
        hint=gettext("The text says “must” of all four; not met or not known blocks approval."),
        back=survey.get_absolute_url(),
        template="development/survey_principles.html",
    )


def _document_page(request: StaffRequest, survey: Survey, form: DocumentForm) -> HttpResponse:
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.keep_document(form.instance, actor=request.user, upload=form.upload),
        title=form.instance.label if form.instance.pk else gettext("Another document"),
        done=gettext("Saved."),
        blocker=survey.edit_blocker(request.user),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_document_add(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = DocumentForm(sent(request), sent_files(request), survey=survey)
    return _document_page(request, survey, form)


@require_http_methods(["GET", "POST"])
def survey_document_edit(request: StaffRequest, pk: int, document_pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    document = get_object_or_404(survey.documents.all(), pk=document_pk)
    form = DocumentForm(sent(request), sent_files(request), instance=document, survey=survey)
    return _document_page(request, survey, form)


@require_http_methods(["GET", "POST"])
def survey_file_add(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = AttachmentForm(sent(request), sent_files(request))
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.attach(
            survey,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add a photo or file"),
        done=gettext("File added."),
        blocker=survey.edit_blocker(request.user),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_judge(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = JudgeForm(sent(request), initial={"judgement": survey.judgement})
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.judge(survey, actor=request.user, **form.cleaned_data),
        title=gettext("Overall judgement"),
        done=gettext("Judged. The survey is finished."),
        blocker=survey.judge_blocker(request.user),
        hint="\n".join(survey.gaps),
        submit=gettext("Judge"),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = ReasonForm(sent(request))
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.reopen(survey, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Reopen the survey"),
        done=gettext("The survey is open again."),
        blocker=survey.reopen_blocker(request.user),
        submit=gettext("Reopen"),
        back=survey.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def survey_drop(request: StaffRequest, pk: int) -> HttpResponse:
    survey = _survey(request, pk)
    form = ReasonForm(sent(request))
    return case_form(
        request,
        survey.account,
        form,
        lambda: workflow.drop(survey, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Give the survey up"),
        done=gettext("Given up. It stays readable."),
        blocker=survey.drop_blocker(request.user),
        submit=gettext("Give up"),
        back=survey.get_absolute_url(),
    )

from django.urls import path

from accounts import views
from accounts.views import (
    agreement,
    agreement_list,
    agreement_paper,
    handover,
    tier_lists,
    tier_policy,
    tier_round,
    tiering,
)

app_name = "accounts"
urlpatterns = [
    path("", views.account_list, name="list"),
    path("search/", views.account_search, name="search"),
    path("columns/", views.column_choose, name="columns"),
    path("views/", views.saved_view_list, name="saved_views"),
    path("views/save/", views.saved_view_save, name="saved_view_save"),
    path("views/<int:pk>/edit/", views.saved_view_edit, name="saved_view_edit"),
    path("views/<int:pk>/delete/", views.saved_view_delete, name="saved_view_delete"),
    path("lookup/", views.account_lookup, name="lookup"),
    path("new/", views.account_create, name="create"),
    path("interactions/new/", views.interaction_choose, name="interaction_choose"),
    path("duplicates/", views.duplicate_list, name="duplicates"),
    path("duplicates/<int:pk>/dismiss/", views.duplicate_dismiss, name="duplicate_dismiss"),
    path("duplicates/<int:pk>/reopen/", views.duplicate_reopen, name="duplicate_reopen"),
    path("merge/<int:kept_pk>/<int:absorbed_pk>/", views.merge_preview, name="merge_preview"),
    path("<int:pk>/merge/", views.merge_choose, name="merge_choose"),
    path("merges/<int:pk>/", views.merge_detail, name="merge_detail"),
    path("merges/<int:pk>/undo/", views.merge_undo, name="merge_undo"),
    path("duplicates/check/", views.duplicate_check, name="duplicate_check"),
    path("export/", views.ledger_export, name="export"),
    path("import/", views.import_list, name="import_list"),
    path("import/template/", views.import_template, name="import_template"),
    path("import/<int:pk>/", views.import_detail, name="import_detail"),
    path("import/<int:pk>/progress/", views.import_progress, name="import_progress"),
    path("import/<int:pk>/columns/", views.import_columns, name="import_columns"),
    path("import/<int:pk>/sheet/", views.import_sheet, name="import_sheet"),
    path("import/<int:pk>/apply/", views.import_apply, name="import_apply"),
    path("import/<int:pk>/undo/", views.import_undo, name="import_undo"),
    path("import/<int:pk>/discard/", views.import_discard, name="import_discard"),
    path("import/<int:pk>/file/", views.import_file, name="import_file"),
    path("import/<int:pk>/refused/", views.import_refused, name="import_refused"),
    path("<int:pk>/", views.account_detail, name="detail"),
    path("<int:pk>/edit/", views.account_edit, name="edit"),
    path("<int:pk>/standing/", views.account_standing, name="standing"),
    path("<int:pk>/void/", views.account_void, name="void"),
    path("<int:pk>/restore/", views.account_restore, name="restore"),
    path("<int:pk>/history/", views.account_history, name="history"),
    path("<int:pk>/confirm/", views.information_confirm, name="information_confirm"),
    path("<int:pk>/owner/", views.owner_change, name="owner_change"),
    path("<int:pk>/second-contact/", views.second_contact_add, name="second_contact_add"),
    path(
        "<int:pk>/assignments/<int:assignment_pk>/end/",
        views.assignment_end,
        name="assignment_end",
    ),
    path("<int:pk>/people/new/", views.contact_person_create, name="contact_person_create"),
    path(
        "<int:pk>/people/<int:person_pk>/edit/",
        views.contact_person_edit,
        name="contact_person_edit",
    ),
    path(
        "<int:pk>/people/<int:person_pk>/left/",
        views.contact_person_left,
        name="contact_person_left",
    ),
    path(
        "<int:pk>/people/<int:person_pk>/confirm/",
        views.contact_person_confirm,
        name="contact_person_confirm",
    ),
    path("<int:pk>/judgements/", views.judgements, name="judgements"),
    path("<int:pk>/volume/", views.annual_volume_enter, name="annual_volume_enter"),
    path("<int:pk>/months/", views.months_enter, name="months_enter"),
    path("<int:pk>/interactions/", views.interaction_list, name="interactions"),
    path("<int:pk>/interactions/new/", views.interaction_create, name="interaction_create"),
    path(
        "<int:pk>/interactions/<int:record_pk>/edit/",
        views.interaction_edit,
        name="interaction_edit",
    ),
    path(
        "<int:pk>/interactions/<int:record_pk>/correct/",
        views.interaction_correct,
        name="interaction_correct",
    ),
    path(
        "<int:pk>/interactions/<int:record_pk>/void/",
        views.interaction_void,
        name="interaction_void",
    ),
    path(
        "<int:pk>/interactions/<int:record_pk>/done/",
        views.interaction_step_done,
        name="interaction_step_done",
    ),
    path("<int:pk>/feedback/new/", views.feedback_create, name="feedback_create"),
    path("<int:pk>/feedback/<int:feedback_pk>/", views.feedback_detail, name="feedback"),
    path(
        "<int:pk>/feedback/<int:feedback_pk>/pass-on/",
        views.feedback_pass_on,
        name="feedback_pass_on",
    ),
    path(
        "<int:pk>/feedback/<int:feedback_pk>/answer/",
        views.feedback_answer,
        name="feedback_answer",
    ),
    path(
        "<int:pk>/feedback/<int:feedback_pk>/tell/",
        views.feedback_tell,
        name="feedback_tell",
    ),
    path("<int:pk>/files/new/", views.attachment_create, name="attachment_create"),
    path(
        "<int:pk>/files/<int:attachment_pk>/", views.attachment_download, name="attachment_download"
    ),
    path("<int:pk>/files/<int:attachment_pk>/void/", views.attachment_void, name="attachment_void"),
]

# Tiers (S1 第3–4条)
urlpatterns += [
    path("<int:pk>/tier/", tiering.tier_detail, name="tier"),
    path("<int:pk>/tier/decide/", tiering.tier_decide, name="tier_decide"),
    path("<int:pk>/tier/propose/", tiering.tier_propose, name="tier_propose"),
    path(
        "<int:pk>/tier/decisions/<int:decision_pk>/correct/",
        tiering.tier_correct,
        name="tier_correct",
    ),
    path("tiers/", tier_lists.tiers, name="tiers"),
    path("tiers/settled/", tier_lists.tier_settled, name="tier_settled"),
    path("tiers/review/", tier_lists.tier_review, name="tier_review"),
    path("tiers/carried-over/", tier_lists.tier_carried_over, name="tier_carried_over"),
    path("tiers/as-of/", tier_lists.tier_as_of, name="tier_as_of"),
    path("tiers/proposals/", tier_lists.tier_proposals, name="tier_proposals"),
    path("tiers/proposals/<int:pk>/accept/", tiering.proposal_accept, name="proposal_accept"),
    path("tiers/proposals/<int:pk>/refuse/", tiering.proposal_refuse, name="proposal_refuse"),
    path("tiers/proposals/<int:pk>/withdraw/", tiering.proposal_withdraw, name="proposal_withdraw"),
    path("tiers/rounds/", tier_round.round_list, name="rounds"),
    path("tiers/rounds/<int:pk>/", tier_round.round_detail, name="round"),
    path(
        "tiers/rounds/<int:pk>/lines/<int:line_pk>/fill/", tier_round.round_fill, name="round_fill"
    ),
    path("tiers/rounds/<int:pk>/keep/", tier_round.round_keep, name="round_keep"),
    path("tiers/rounds/<int:pk>/take/", tier_round.round_take, name="round_take"),
    path("tiers/rounds/<int:pk>/sign/", tier_round.round_sign, name="round_sign"),
    path("tiers/rounds/<int:pk>/cancel/", tier_round.round_cancel, name="round_cancel"),
    path("policies/", tier_policy.policy_list, name="policies"),
    path("policies/<int:pk>/", tier_policy.policy_detail, name="policy"),
    path("policies/<int:pk>/draft/", tier_policy.policy_draft, name="policy_draft"),
    path("policies/<int:pk>/edit/", tier_policy.policy_edit, name="policy_edit"),
    path("policies/<int:pk>/simulate/", tier_policy.policy_simulate, name="policy_simulate"),
    path("policies/<int:pk>/activate/", tier_policy.policy_activate, name="policy_activate"),
]

# Agreements (S1 第8条) and the type that follows from them (S1 第4条)
urlpatterns += [
    path("agreements/", agreement_list.agreement_list, name="agreements"),
    path("agreements/unsigned/", agreement_list.unsigned_list, name="unsigned"),
    path("agreements/templates/", agreement_paper.template_list, name="agreement_templates"),
    path(
        "agreements/templates/<str:kind>/file/",
        agreement_paper.template_file,
        name="agreement_template_file",
    ),
    path(
        "agreements/templates/<int:pk>/retire/",
        agreement_paper.template_retire,
        name="agreement_template_retire",
    ),
    path("<int:pk>/type/", agreement.type_decide, name="type_decide"),
    path("<int:pk>/agreements/new/", agreement.agreement_create, name="agreement_create"),
    path("<int:pk>/agreements/<int:agreement_pk>/", agreement.agreement_detail, name="agreement"),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/edit/",
        agreement.agreement_edit,
        name="agreement_edit",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/sign/",
        agreement.agreement_sign,
        name="agreement_sign",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/drop/",
        agreement.agreement_drop,
        name="agreement_drop",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/end/",
        agreement.agreement_end,
        name="agreement_end",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/leave/",
        agreement.agreement_leave,
        name="agreement_leave",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/print/",
        agreement.agreement_print,
        name="agreement_print",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/word/",
        agreement_paper.agreement_word,
        name="agreement_word",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/files/new/",
        agreement.agreement_file_create,
        name="agreement_file_create",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/obligations/new/",
        agreement.obligation_create,
        name="agreement_obligation_create",
    ),
    path(
        "<int:pk>/agreements/<int:agreement_pk>/notes/new/",
        agreement.note_create,
        name="agreement_note_create",
    ),
    path(
        "<int:pk>/obligations/<int:obligation_pk>/",
        agreement.obligation_settle,
        name="agreement_obligation",
    ),
]

# Customers who change hands (S1 第14条)
urlpatterns += [
    path("handover/", handover.handover_list, name="handovers"),
    path("handover/<int:pk>/", handover.handover_detail, name="handover"),
    path("handover/<int:pk>/tell/", handover.handover_tell, name="handover_tell"),
    path("handover/<int:pk>/contact/", handover.handover_contact, name="handover_contact"),
    path("handover/<int:pk>/void/", handover.handover_void, name="handover_void"),
]

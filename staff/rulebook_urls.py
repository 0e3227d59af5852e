"""The rule book, the desk and the tasks."""

from django.urls import include, path

from staff.views import desk, meeting, rulebook, task

rules = (
    [
        path("", rulebook.rule_list, name="list"),
        path("values/", rulebook.policy_list, name="policies"),
        path("values/<str:name>/", rulebook.policy_detail, name="policy"),
        path("<str:code>/", rulebook.article_detail, name="article"),
        path("<str:code>/text/", rulebook.article_text, name="text"),
    ],
    "rules",
)
desks = (
    [
        path("<int:pk>/", desk.desk_person, name="person"),
        path("notices/", desk.notice_list, name="notices"),
        path("notices/read/", desk.notice_read_all, name="read_all"),
        path("duties/<str:code>/", desk.desk_duty, name="duty"),
        path("duties/<str:code>/settle/", desk.desk_settle, name="settle"),
    ],
    "desk",
)
tasks = (
    [
        path("", task.task_list, name="list"),
        path("new/", task.task_create, name="create"),
        path("<int:pk>/", task.task_detail, name="detail"),
        path("<int:pk>/report/", task.task_report, name="report"),
        path("<int:pk>/finish/", task.task_finish, name="finish"),
        path("<int:pk>/comment/", task.task_comment, name="comment"),
        path("<int:pk>/cancel/", task.task_cancel, name="cancel"),
    ],
    "tasks",
)
meetings = (
    [
        path("", meeting.meeting_list, name="list"),
        path("new/", meeting.meeting_create, name="create"),
        path("<int:pk>/", meeting.meeting_detail, name="detail"),
        path("<int:pk>/edit/", meeting.meeting_edit, name="edit"),
        path("<int:pk>/minutes/", meeting.meeting_minute, name="minute"),
        path("<int:pk>/decisions/", meeting.meeting_decide, name="decide"),
        path("<int:pk>/cancel/", meeting.meeting_cancel, name="cancel"),
    ],
    "meetings",
)

urlpatterns = [
    path("rules/", include(rules)),
    path("desk/", include(desks)),
    path("tasks/", include(tasks)),
    path("meetings/", include(meetings)),
]

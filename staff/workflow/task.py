"""Tasks: given, worked on, finished or called off."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from staff.models import Task, TaskComment, User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


def give_blocker(assigner: User, assignee: User) -> str:
    """Why `assigner` may not give `assignee` a task; "" if they may: down the line or oneself."""
    if not assignee.is_active:
        return gettext("%(person)s no longer works here.") % {"person": assignee}
    if assignee.pk in assigner.line_ids or assigner.is_top_manager:
        return ""
    return gettext("You can give tasks to yourself and to the people below you.")


@transaction.atomic
def give(task: Task, *, actor: User) -> Task:
    """Give an unsaved task to its assignee. Raises TransitionDenied."""
    if blocker := give_blocker(actor, task.assignee):
        raise TransitionDenied(blocker)
    task.assigner = actor
    task.save()
    _tell(task.assignee, Verb.TASK_GIVEN, task, actor)
    return task


def _tell(person: User, verb: Verb, task: Task, actor: User) -> None:
    notify(person, verb, actor=actor, subject=task.title, url=task.get_absolute_url())


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update().get(pk=task.pk)


@transaction.atomic
def report(task: Task, *, actor: User, progress: int) -> Task:
    """Say how much is done so far. Raises TransitionDenied."""
    task = _locked(task)
    if blocker := task.work_blocker(actor):
        raise TransitionDenied(blocker)
    task.progress = progress
    task.save(update_fields=["progress"])
    return task


@transaction.atomic
def finish(task: Task, *, actor: User, result: str) -> Task:
    """Finish a task with its result; a second click changes nothing. Raises TransitionDenied."""
    task = _locked(task)
    if task.done_at and task.assignee == actor and task.result == result:
        return task
    if blocker := task.work_blocker(actor):
        raise TransitionDenied(blocker)
    task.result, task.done_at = result, timezone.now()
    task.save(update_fields=["result", "done_at"])
    _tell(task.assigner, Verb.TASK_DONE, task, actor)
    return task


@transaction.atomic
def cancel(task: Task, *, actor: User, reason: str) -> Task:
    """Call a task off; why stands among its comments. Raises TransitionDenied."""
    task = _locked(task)
    if blocker := task.cancel_blocker(actor):
        raise TransitionDenied(blocker)
    task.cancelled_at = timezone.now()
    task.save(update_fields=["cancelled_at"])
    TaskComment.objects.create(task=task, author=actor, text=reason)
    _tell(task.assignee, Verb.TASK_CANCELLED, task, actor)
    return task


@transaction.atomic
def comment(task: Task, *, actor: User, text: str) -> TaskComment:
    """Add a remark; whoever sees the task may."""
    for person in {task.assigner, task.assignee}:
        _tell(person, Verb.TASK_COMMENT, task, actor)
    return TaskComment.objects.create(task=task, author=actor, text=text)

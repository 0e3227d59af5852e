from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.fields import text_area
from complaints.models import MonthlyFeedback, MonthlyLine, Section

LONGEST = 4000
LINES_A_PAGE = 30
MANY_CALLS = 10


class Edited(NamedTuple):
    """A line and its two fields."""

    line: MonthlyLine
    text: forms.BoundField
    is_left_out: forms.BoundField


class MonthlyForm(forms.Form):
    """The words of a monthly feedback, a page of lines at a time: hundreds of calls stay workable.

    Each line stands there as text and opens to be written anew; each heading takes one more.
    """

    summary = forms.CharField(
        label=_("what stands out"), required=False, max_length=LONGEST, widget=text_area(3)
    )
    calls = forms.ChoiceField(
        label=_("All calls of the month"),
        choices=[
            ("", _("as ticked below, one by one")),
            ("out", _("leave all out; the count stays")),
            ("in", _("take all in")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, report: MonthlyFeedback, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["summary"] = report.summary
        order = Section.values.index
        lines = sorted(report.lines.all(), key=lambda line: order(line.section))
        self.page = Paginator(lines, LINES_A_PAGE).get_page(number)
        self.lines = list(self.page)
        self.call_count = report.lines.exclude(call=None).count()
        if self.call_count <= MANY_CALLS:
            del self.fields["calls"]
        for line in self.lines:
            self.fields[f"text_{line.pk}"] = forms.CharField(
                label=pgettext_lazy("monthly feedback", "text"),
                initial=line.text,
                max_length=LONGEST,
                widget=text_area(3),
            )
            self.fields[f"out_{line.pk}"] = forms.BooleanField(
                label=_("leave out"), initial=line.is_left_out, required=False
            )
        for section in Section.values:
            self.fields[f"new_{section}"] = forms.CharField(
                label=_("a further line"), required=False, max_length=LONGEST, widget=text_area(2)
            )

    def sections(self) -> Iterator[tuple[Any, list[Edited], forms.BoundField]]:
        """Each heading of this page with its lines and the field for one more."""
        for section, label in Section.choices:
            lines = [
                Edited(line, self[f"text_{line.pk}"], self[f"out_{line.pk}"])
                for line in self.lines
                if line.section == section
            ]
            if lines or not self.page.has_next():
                yield label, lines, self[f"new_{section}"]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "summary": given["summary"].strip(),
            "lines": {
                line.pk: (given[f"text_{line.pk}"].strip(), given[f"out_{line.pk}"])
                for line in self.lines
            },
            "added": {section: given[f"new_{section}"].strip() for section in Section.values},
            "are_calls_out": {"out": True, "in": False}.get(given.get("calls", "")),
        }

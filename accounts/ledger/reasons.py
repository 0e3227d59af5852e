"""Why a file, a row or a cell is refused, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.ledger.columns import Kind
from accounts.ledger.table import letters
from accounts.models import Standing

FILE = {
    "empty": gettext_lazy("The file holds no table."),
    "encrypted": gettext_lazy(
        "The file is protected by a password. Remove the password in Excel or WPS and save it."
    ),
    "damaged": gettext_lazy(
        "The file is damaged or incomplete. Open it in Excel or WPS, save it again and upload it."
    ),
    "bomb": gettext_lazy("The file unpacks to far more than a ledger holds; it was not opened."),
    "too_large": gettext_lazy("The file holds more rows or columns than Excel can."),
    "too_many_errors": gettext_lazy("The sheet is full of error cells; repair it first."),
    "other_document": gettext_lazy("This is no workbook. Upload .xlsx, .xls, .xlsb, .ods or .csv."),
    "web_page": gettext_lazy(
        "This is a web page saved under the name of a workbook. Open it in Excel or WPS and save"
        " it as .xlsx."
    ),
    "xml_or_web_archive": gettext_lazy(
        "This is an XML file or web archive. Open it in Excel or WPS and save it as .xlsx."
    ),
    "unknown_text": gettext_lazy(
        "The text file is neither UTF-8 nor GB18030. Save it as .xlsx or as UTF-8."
    ),
    "died": gettext_lazy(
        "The file cannot be read: opening it took too much memory or time. Save it again with"
        " only the table in it."
    ),
    "file_gone": gettext_lazy("The kept file is not there any more. Upload it again."),
    "internal": gettext_lazy(
        "Something went wrong on our side while reading; nothing was changed."
    ),
}


def of_file(code: str) -> str:
    return str(FILE.get(code, FILE["damaged"]))


def of_cell(problem: Mapping[str, Any], kind: Kind) -> str:
    """What was expected in the place of what was read."""
    match problem["code"]:
        case "missing":
            return gettext("must not be empty")
        case "cannot_clear":
            return gettext("cannot be emptied")
        case "lost_digits":
            return gettext(
                "Excel keeps 15 digits of a number and has lost the rest; format the column as text"
            )
        case "too_long":
            return gettext("has %(length)d characters; at most %(limit)d fit") % problem
        case "credit_code":
            return _credit_code(problem)
        case "email":
            return gettext("is no e-mail address")
        case "date":
            return gettext("is no date we can read; write 2026-11-23")
        case "ambiguous_date":
            return gettext("may be day/month or month/day; write 2026-11-23")
        case "number":
            return gettext("is no number")
        case "too_large":
            return gettext("is too large a number")
        case "currency":
            return (
                gettext("is in %(currency)s; state a rate to yuan for it under “Sheet and columns”")
                % problem
            )
        case "whole_number":
            return gettext("must be a whole number from 0 to %(largest)d") % problem
        case "yes_no":
            return gettext("must be yes or no")
        case "choice":
            return _choice(problem, kind)
        case "error_cell":
            return gettext("is an error cell; repair the formula")
        case "no_value":
            return gettext("is a formula whose value was never stored; open and save the file")
        case _:
            return _of_row(problem)


def _of_row(problem: Mapping[str, Any]) -> str:
    match problem["code"]:
        case "ambiguous":
            return gettext("is the name of several customers; add the customer code")
        case "outside":
            if owner := problem.get("owner"):
                return gettext("is a customer of %(owner)s; ask there") % {"owner": owner}
            return gettext("is a customer outside your line; ask your superior")
        case "repeated":
            return gettext("stands in row %(row)d already") % problem
        case "code_taken":
            return gettext("belongs to another customer: %(name)s") % problem
        case "unknown_customer":
            return gettext("is no customer of yours; create it, or let the import create it")
        case "no_customer":
            return gettext("names no customer")
        case "no_amount":
            return gettext("has neither an amount nor quantity and price")
        case "create_first":
            return gettext("is no customer of yours; create it first")
        case "no_list":
            return gettext("cannot be added to this plan's list")
        case "not_a_prospect":
            return gettext("is no prospect but: %(standing)s") % {
                "standing": Standing(problem["standing"]).label
            }
        case "differs":
            here = problem["here"] or gettext("nothing")
            return gettext("is here already with “%(here)s”; change it on its own page") % {
                "here": here
            }
        case "to_come":
            return gettext("is still to come; a register holds what has been")
        case "unknown_parent":
            return gettext("is no customer of yours and stands in no other row")
        case "parent_circle":
            return gettext("would make this customer its own parent")
        case "owner_change":
            return gettext("only a supervisor or a manager gives a customer to somebody else")
        case "owner_beyond":
            return gettext("is nobody to whom you may give customers")
        case "prospect_tier":
            return gettext("a prospect has no tier")
        case "standing_prospect":
            return gettext("a customer does not become a prospect again; write “former” instead")
        case "standing_former":
            return gettext("a former customer must be a customer again before it can be key")
        case code if code.startswith("agreement_"):
            return _of_agreement(code)
        case "line_gone":
            return gettext("was replaced or taken back since the export; export the lines again")
        case "line_taken":
            return gettext("is the number of another line that is here already")
        case "line_twice":
            return gettext("stands in an earlier row already")
        case "line_outside":
            return gettext("is a line of a customer outside your line; ask your superior")
        case "no_date":
            return gettext("has no date")
        case _:
            return gettext("cannot be taken")


def _of_agreement(code: str) -> str:
    match code:
        case "agreement_number":
            return gettext("an agreement needs its number")
        case "agreement_incomplete":
            return gettext("needs the kind of agreement and the day it was signed")
        case "agreement_taken":
            return gettext("is the number of another customer's agreement")
        case "agreement_repeated":
            return gettext("stands in an earlier row already")
        case "agreement_dates":
            return gettext("was signed in the future, or ends before it was signed")
        case _:
            return gettext("is kept with other details; change the agreement on its page")


def _credit_code(problem: Mapping[str, Any]) -> str:
    if problem.get("suggestion"):
        return gettext("is not valid; did you mean %(suggestion)s?") % problem
    return gettext("is no valid credit code: 18 characters with a check character that fits")


def _choice(problem: Mapping[str, Any], kind: Kind) -> str:
    column = kind.by_name.get(problem.get("field", ""))
    if column is None or not column.choices:
        if column and column.expects:
            return gettext("cannot be taken here; expected: %(what)s") % {"what": column.expects}
        return gettext("is not known here")
    labels = " / ".join(str(label) for _, label in column.choices)
    return gettext("is none of: %(labels)s") % {"labels": labels}


def of_note(note: Mapping[str, Any], kind: Kind) -> str:
    """What the person should know about the file besides its refused rows."""
    match note["code"]:
        case "left_out":
            listed = gettext(", ").join(str(number) for number in note["rows"][:12])
            more = " …" if note["count"] > 12 else ""
            return ngettext(
                "%(count)d row was left out as a total, a remark or a repeated header: %(rows)s",
                "%(count)d rows were left out as totals, remarks or repeated headers: %(rows)s",
                note["count"],
            ) % {"count": note["count"], "rows": listed + more}
        case "beyond":
            return gettext("%(columns)s: a column without a header; %(keeps)s.") % {
                "columns": gettext(", ").join(letters(index) for index in note["columns"]),
                "keeps": kind.keeps,
            }
        case "hidden_rows":
            return ngettext(
                "%(count)d hidden row is included.",
                "%(count)d hidden rows are included.",
                note["count"],
            ) % {"count": note["count"]}
        case "withheld":
            labels = gettext(", ").join(str(kind.by_name[name].label) for name in note["fields"])
            return gettext("Only a manager may carry over: %(labels)s. Left as it is.") % {
                "labels": labels
            }
        case "moved_meanwhile":
            return gettext("Some of these customers were changed meanwhile; this preview is new.")
        case "replaces":
            return gettext(
                "%(count)d lines of %(from)s to %(to)s from earlier files will be replaced. To keep"
                " them beside these, say so under “Sheet and columns”."
            ) % {"count": note["count"], "from": note["from"], "to": note["to"]}
        case "running_month":
            return gettext(
                "%(month)s is not over: its lines are kept, and count for the annual volume with"
                " the first ledger that comes after its end."
            ) % {"month": note["month"]}
        case "adds":
            return gettext(
                "%(count)d lines of %(from)s to %(to)s are there already and will stay beside the"
                " new ones."
            ) % {"count": note["count"], "from": note["from"], "to": note["to"]}
        case _:
            return ""

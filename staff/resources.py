"""Regions and people as Excel tables, in and out of the admin: all rows or none."""

from __future__ import annotations

from typing import Any

import tablib
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.encoding import force_str
from django.utils.html import format_html
from django.utils.translation import gettext, override
from import_export import fields, resources, widgets

from staff import line
from staff.models import Region, Role, User


class PlainDiff(resources.Diff):
    """Before → after in words; the library's own marks need inline styles."""

    def as_html(self) -> list[str]:
        pairs = zip(self.left, self.right, strict=False)
        return [
            after if before == after or not before else format_html("{} → {}", before, after)
            for before, after in ((force_str(b or ""), force_str(a or "")) for b, a in pairs)
        ]


class OfficeResource(resources.ModelResource):
    """A table whose heads are the fields' labels, in any of the product's languages."""

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        for field in self.fields.values():  # a copy of the class's
            field.column_name = self.label(field)

    @classmethod
    def get_diff_class(cls) -> type[PlainDiff]:
        return PlainDiff

    def label(self, field: fields.Field) -> str:
        column: Any = self._meta.model._meta.get_field(field.attribute)
        return force_str(column.verbose_name)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Heads in Chinese or English, or the fields' own names, become those of this page."""
        names = {field.attribute: field.column_name for field in self.fields.values()}
        for code, _name in settings.LANGUAGES:
            with override(code):
                names |= {self.label(f).lower(): f.column_name for f in self.fields.values()}
        heads = [str(head).strip() for head in dataset.headers or []]
        unknown = [head for head in heads if head and head.lower() not in names]
        if unknown:
            raise ValidationError(gettext("Unknown columns: %s.") % "、".join(unknown))
        found = [names.get(head.lower(), "") for head in heads]
        for needed in self._meta.import_id_fields:
            if self.fields[needed].column_name not in found:
                raise ValidationError(
                    gettext("The column “%s” is missing.") % self.fields[needed].column_name
                )
        dataset.headers = found

    def validate_instance(
        self, instance: Model, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """All that is wrong with a row, by the labels of its columns."""
        found = self.problems(instance)
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as error:
            found = {**found, **error.message_dict}
        labels = {f.attribute: f.column_name for f in self.fields.values()}
        if found:
            raise ValidationError({labels.get(name, name): texts for name, texts in found.items()})

    def problems(self, instance: Any) -> dict[str, list[str]]:
        """What else speaks against a row, by attribute; nothing, unless a table says so."""
        return {}


class RegionResource(OfficeResource):
    class Meta:
        model = Region
        fields = ("name", "is_active")
        import_id_fields = ["name"]
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True


class RoleWidget(widgets.Widget):
    """A post by its name in any language, or by its code; empty for none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = force_str(value or "").strip()
        if not text or text in Role.values:
            return text
        for code, _name in settings.LANGUAGES:
            with override(code):
                for role in Role:
                    if text.lower() == str(role.label).lower():
                        return role.value
        raise ValueError(gettext("There is no post “%s”.") % text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(Role(value).label) if value else ""


class NamedWidget(widgets.ForeignKeyWidget):
    """Another row by its name; an unknown one is an error in words."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist:
            raise ValueError(
                gettext("“%s” is not known; list superiors before those below them.") % value
            ) from None


class PersonResource(OfficeResource):
    """People by user name. A new person gets no password: give them initial ones afterwards."""

    role = fields.Field(column_name="role", attribute="role", widget=RoleWidget())
    reports_to = fields.Field(
        column_name="reports_to", attribute="reports_to", widget=NamedWidget(User, "username")
    )
    region = fields.Field(
        column_name="region", attribute="region", widget=NamedWidget(Region, "name")
    )

    class Meta:
        model = User
        fields = (
            "username",
            "name",
            "employee_number",
            "mobile",
            "email",
            "role",
            "reports_to",
            "region",
        )
        export_order = fields
        import_id_fields = ["username"]
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True

    def get_queryset(self) -> QuerySet[User]:
        """Whoever stands outside the actor's sight cannot be changed by a table either."""
        people: QuerySet[User] = User.objects.visible_to(self.user)
        return people

    def problems(self, instance: User) -> dict[str, list[str]]:
        """The same judges as the form: who may change whom, and the line."""
        stored = self.get_queryset().filter(pk=instance.pk).first() or User()
        if not stored.pk:
            instance.set_unusable_password()
        elif reason := stored.administration_blocker(self.user):
            return {NON_FIELD_ERRORS: [reason]}
        return line.problems(
            stored, actor=self.user, role=instance.role, reports_to=instance.reports_to
        )

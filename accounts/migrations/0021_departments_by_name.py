from django.db import migrations


def by_name(apps, schema_editor):
    """Departments that feedback was passed on to in words become departments."""
    Feedback = apps.get_model("accounts", "Feedback")
    Department = apps.get_model("staff", "Department")
    named = Feedback.objects.exclude(passed_to_department="")
    for name in named.order_by().values_list("passed_to_department", flat=True).distinct():
        department, _is_new = Department.objects.get_or_create(name=name)
        named.filter(passed_to_department=name).update(department=department)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_feedback_department")]

    operations = [migrations.RunPython(by_name, migrations.RunPython.noop)]

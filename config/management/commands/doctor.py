"""Looks at the installation and says what to do about what is wrong."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from config.doctor import examine


class Command(BaseCommand):
    help = "Look at the installation; each problem comes with its remedy."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        ill = 0
        for finding in examine():
            if not finding.problem:
                self.stdout.write(self.style.SUCCESS(f"✓ {finding.subject}"))
                continue
            ill += 1
            self.stdout.write(self.style.ERROR(f"✗ {finding.subject}: {finding.problem}"))
            self.stdout.write(f"  → {finding.remedy}")
        if ill:
            sys.exit(1)
        self.stdout.write(_("All is well."))

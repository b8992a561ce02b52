from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from cms.core.privacy import CLASSES, register, unclassified


class Command(BaseCommand):
    help = "Print the field register: model, field, class, retention. Exits 1 when a field has no class."

    def add_arguments(self, parser):
        parser.add_argument("--class", dest="only", choices=CLASSES, help="only fields of this class")

    def handle(self, *, only, **options):
        rows = [(model, field, kind, keep) for (model, field), (kind, keep) in sorted(register().items())]
        for model, field, kind, keep in rows:
            if only in (None, kind):
                self.stdout.write(f"{model:32} {field:24} {kind:10} {keep}")
        counts = Counter(kind for _m, _f, kind, _k in rows)
        self.stdout.write(", ".join(f"{kind} {counts[kind]}" for kind in CLASSES))
        if lacking := unclassified():
            names = ", ".join(f"{model}.{field}" for model, field in lacking)
            raise CommandError(f"without a class: {names}")

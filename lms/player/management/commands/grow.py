import time

from django.core.management.base import BaseCommand, CommandError

from lms.player.management.growth import base


class Command(BaseCommand):
    help = (
        "Grow a large invented base for measuring: the same seed on the same day gives the same base. "
        "A base that is already grown is left alone."
    )

    def add_arguments(self, parser):
        size = base.Size()
        parser.add_argument("--seed", type=int, default=2026)
        for name, default in vars(size).items():
            parser.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")

    def handle(self, *, seed, **options):
        size = base.Size(**{name: options[name] for name in vars(base.Size())})
        self._refuse_unfit(size)
        if (there := base.grown()) is not None:
            if there == base.mark_of(seed, size):
                self.stdout.write("Already grown with this seed and size; nothing to do.")
                return
            raise CommandError(f"This base is already grown ({there}). Grow another size in an empty database.")
        self.began = time.monotonic()
        counts = base.grow(seed=seed, size=size, say=self._say)
        base.settle(say=self._say)
        self._say(
            f"grown: {counts.people} people, {counts.courses} courses, {counts.enrolments} enrolments, "
            f"{counts.completions} completions"
        )

    def _refuse_unfit(self, size: base.Size) -> None:
        for name, value in vars(size).items():
            if value < 1:
                raise CommandError(f"--{name} must be at least 1.")
        if size.people < 20 * size.agencies:
            raise CommandError("At least 20 people an agency are needed: fewer --agencies or more --people.")

    def _say(self, text: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:7.1f} s  {text}")
        self.stdout.flush()

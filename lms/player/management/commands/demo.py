from django.core.management.base import BaseCommand

from lms.player.management import world


class Command(BaseCommand):
    help = "Build the demo world once; later calls change nothing and are quick."

    def handle(self, **options):
        if world.is_built():
            return
        self.stdout.write("Building the demo world (about a minute) ...")
        world.finish(world.build())

"""``haixing load_sample sample/``: the demo's world, loaded by the commands that real feeds use.

1. Plans, from ``plans/`` beside the sample's folder: policies are written on published versions.
2. The network, then the insurers, then the policies and the staff that refer to them.

Loading again changes nothing. Passwords of the sample are public, so a server that is not a demo refuses.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from haixing.lib import clock
from haixing.lib.loading import show
from haixing.network import commands as network
from haixing.policies import commands as policies


class Command(BaseCommand):
    help = "Load the demo's plans, network, insurers, policies and staff. Loading again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--plans", type=Path, help="The folder of plans (default: plans/ beside the sample).")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("示例数据里的密码是公开的，只能装进演示环境：请设 HAIXING_DEMO=1。"))
        folder: Path = options["folder"].resolve()
        plans = options["plans"] or folder.parent / "plans"
        now = clock.now()

        steps = {
            _("计划"): policies.publish_plans(folder=plans, now=now),
            _("医院"): network.load_sites(path=folder / "network.yaml", now=now),
            _("保险公司"): policies.load_insurers(path=folder / "insurers.yaml", now=now),
            _("保单"): policies.load_policies(path=folder / "policies.csv", now=now),
            _("前台"): network.load_staff(path=folder / "staff.yaml", now=now),
        }
        for title, loaded in steps.items():
            show(self, loaded, title=title)
        if any(loaded.problems for loaded in steps.values()):
            raise CommandError(_("示例数据有误，已列在上面。"))
        self._tell_sign_ins(folder / "signins.txt")

    def _tell_sign_ins(self, path: Path) -> None:
        if path.exists():
            self.stdout.write("\n" + path.read_text(encoding="utf-8").rstrip())

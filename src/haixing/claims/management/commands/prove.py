"""``haixing prove``: re-add every balance, replay every decision, check the chain. Exit 1 names what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from haixing.audit import queries as audit
from haixing.claims import queries as claims


class Command(BaseCommand):
    help = "Prove that balances, decisions and the audit trail agree with what they were made from."

    def handle(self, *_args: Any, **_options: Any) -> None:
        proof = claims.prove()
        differences = [*proof.differences, *(f"audit: {broken}" for broken in audit.broken_links())]
        for difference in differences:
            self.stderr.write(difference)
        looked_at = f"{proof.accounts} accounts, {proof.visits} visits, {proof.decisions} decisions and the audit trail"
        if differences:
            self.stderr.write(f"{len(differences)} differences in {looked_at}. Look at them before billing goes on.")
            raise SystemExit(1)
        self.stdout.write(f"Proven: {looked_at}. Nothing differs.")

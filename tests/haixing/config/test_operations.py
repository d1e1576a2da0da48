"""Everything an operator may set is explained to operators."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def test_docs_explain_exactly_the_settings_that_are_read() -> None:
    source = (ROOT / "src/haixing/config/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:env(?:\.\w+)?|secret)\(\s*\"([A-Z_]+)\"", source))
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8").split("## Settings")[1].split("## Behind")[0]
    explained = set(re.findall(r"`([A-Z_]{4,})`", table))

    assert explained == read


def test_the_compose_file_puts_a_proxy_that_reads_whole_requests_in_front() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    proxy = (ROOT / "proxy.conf").read_text(encoding="utf-8")

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert "proxy_request_buffering on;" in proxy
    assert "client_body_timeout 10s;" in proxy
    for command in ("seal_audit", "forget_old_rows", "prune_db_task_results", "clearsessions"):
        assert f"haixing {command}" in services["clock"]["command"][-1]

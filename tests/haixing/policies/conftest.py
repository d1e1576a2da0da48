import shutil
from pathlib import Path

import pytest

from tests import cast

CODE = "growth-2021-national"
CASES = """\
plan: growth-2021-national
cover: {effective: 2021-07-01, expires: 2022-06-30}
hospitals:
  sunflower: {class: private, network: true}
cases:
  - name: The plan pays the first five visits whole
    rule: 前5次就诊100%赔付
    bills:
      - bill: {at: sunflower, care: outpatient, day: 1, amount: 800}
        expect: {outcome: paid, plan: 800, family: 0}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the plan with one case, so that publishing is quick."""
    folder = tmp_path / CODE
    folder.mkdir()
    shutil.copy(cast.PLANS / CODE / "plan.yaml", folder)
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    return folder

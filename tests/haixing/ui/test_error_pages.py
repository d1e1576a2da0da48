"""Error pages say what happened, why, and what to do next; they need neither a request nor the database."""

import pytest
from django.template.loader import render_to_string

PAGES = ("400", "403", "403_csrf", "404", "429", "500", "503")


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_speaks_with_nothing_else_working(name: str) -> None:
    html = render_to_string(f"{name}.html")

    assert html.count("<h1>") == 1
    assert 'href="/"' in html
    assert "<form" not in html

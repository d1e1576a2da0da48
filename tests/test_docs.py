"""What the documents point at exists, and the words of the core are in the glossary."""

import re
from pathlib import Path

import pytest

import benefits.adjudication
import benefits.terms

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sample/*.md")])
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#]+)(?:#[^)]*)?\)|<img src=\"(?P<picture>[^\"]+)\"")


def links(document: Path) -> list[tuple[str, Path]]:
    """Return the links of a document that stay in the repository, with their texts."""
    found = []
    for match in LINK.finditer(document.read_text(encoding="utf-8")):
        target = match["target"] or match["picture"]
        if "://" not in target:
            found.append((match["text"] or "", document.parent / target))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [str(target) for _, target in links(document) if not target.exists()] == []


def test_the_tour_names_what_stands_in_the_files_it_opens() -> None:
    named = [(text.strip("`"), file) for text, file in links(ROOT / "docs/tour.md") if text.startswith("`")]

    defined = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)
    wrong = [name for name, file in named if name not in defined.findall(file.read_text(encoding="utf-8"))]

    assert len(named) > 20
    assert wrong == []


def test_both_readmes_draw_the_same_map() -> None:
    def tree(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return re.findall(r"^ *(\w[\w.]*/?(?: \| \w+/)?)  ", text.split("```")[5], re.MULTILINE)

    assert tree("README.md") == tree("README.zh.md")
    assert "claims/" in tree("README.md")


def test_every_public_word_of_the_core_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    public = {*benefits.adjudication.__all__, *benefits.terms.__all__}

    assert sorted(name for name in public if not re.search(rf"`[\w.]*\b{name}\b[^`]*`", glossary)) == []

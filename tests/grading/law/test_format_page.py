"""The reference page says what the models say."""

from pathlib import Path

from grading.law import cases, pack, packheader, packrules
from grading.law.formatdoc import PAGES, format_page
from grading.law.pack import Strict


def test_the_page_is_the_one_the_models_write(root: Path) -> None:
    page = (root / "docs" / "rulepack-format.md").read_text(encoding="utf-8")

    assert page == format_page(), "run: python -m grading.law.formatdoc > docs/rulepack-format.md"


def test_every_model_stands_on_the_page() -> None:
    shown = {model for _, models in PAGES for model in models}
    bases = {Strict, pack.InForce}
    declared = {
        value
        for module in (pack, packheader, packrules, cases)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Strict)
    }

    assert declared - bases == shown


def test_every_field_says_what_it_means() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for _, models in PAGES
        for model in models
        for name, field in model.model_fields.items()
        if not field.description
    ]

    assert silent == []

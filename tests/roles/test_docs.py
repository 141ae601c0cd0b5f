"""docs/roles.md says what the walk has found true."""

from tests.roles.docs import PAGE, written


def test_the_documented_table_is_the_tested_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "write it anew: python -m tests.roles.docs"

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "composites.md"


def test_every_example_of_the_page_is_what_comes_out():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 20) == (0, True)

"""The lock files are of the pyproject.toml beside them: `make lock` was not forgotten."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def group(name: str) -> list[str]:
    """Requirements of a dependency group, those of the groups that it includes as well."""
    lines: list[str] = []
    for entry in PROJECT["dependency-groups"][name]:
        lines += group(entry["include-group"]) if isinstance(entry, dict) else [entry]
    return lines


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, flags=re.MULTILINE))


LOCKS = {"requirements.lock": group("build"), "requirements-dev.lock": group("dev")}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_within_its_bounds(lock):
    pinned = pins(lock)
    for line in PROJECT["project"]["dependencies"] + LOCKS[lock]:
        wanted = Requirement(line)
        assert wanted.name in pinned, f"{line} is not in {lock}: run `make lock`"
        assert pinned[wanted.name] in wanted.specifier, f"{line}, but {lock} pins {pinned[wanted.name]}"
        assert any(s.operator == ">=" for s in wanted.specifier), f"{line} has no lower bound"


def test_what_is_tested_is_what_users_install():
    users, ours = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: ours.get(name) for name in users} == users


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock))
    assert [b.split()[0] for b in blocks if "--hash=sha256:" not in b] == []
    assert "://" not in text

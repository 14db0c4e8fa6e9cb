"""Finds what stands on a shelf: one contribution a module, in the plural folder beside its base.

The single place where modules are imported by name.
"""

import importlib
import pkgutil
from typing import TypeVar

from risk_graph.errors import ContributionError

T = TypeVar("T")


def discover(package: str, attribute: str, kind: type[T]) -> dict[str, T]:
    """Contributions of `package` by module name, sorted.

    Raises ContributionError naming the module that lacks `attribute` or has one of another type.
    """
    found: dict[str, T] = {}
    folder = importlib.import_module(package)
    for module_info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda m: m.name):
        name = f"{package}.{module_info.name}"
        value = getattr(importlib.import_module(name), attribute, None)
        if not isinstance(value, kind):
            raise ContributionError(f"{name} must define {attribute} of type {kind.__name__}.")
        found[module_info.name] = value
    return found

"""Finds what stands on a shelf: one contribution a module, in the plural folder beside its base.

The single place where modules are imported by name.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import TypeVar

from risk_graph.errors import ContributionError

T = TypeVar("T")


def discover(package: str, attribute: str, kind: type[T], id_of: Callable[[T], str]) -> dict[str, T]:
    """Contributions of `package` by their own id, in the order of their modules' names.

    Raises ContributionError naming the module that cannot be imported, lacks `attribute`, has one of another type,
    or claims an id that another has.
    """
    found: dict[str, T] = {}
    folder = importlib.import_module(package)
    for name in sorted(module.name for module in pkgutil.iter_modules(folder.__path__, f"{package}.")):
        value = _attribute(name, attribute)
        if not isinstance(value, kind):
            raise ContributionError(f"{name} must define {attribute} of type {kind.__name__}.")
        if id_of(value) in found:
            raise ContributionError(
                f"{name}: the id {id_of(value)!r} is taken by another module of {package}. Choose another."
            )
        found[id_of(value)] = value
    return found


def _attribute(module: str, attribute: str) -> object:
    try:
        return getattr(importlib.import_module(module), attribute, None)
    except Exception as error:  # whatever a contributor's file raises, its name is what helps
        raise ContributionError(f"{module} cannot be imported: {type(error).__name__}: {error}.") from error

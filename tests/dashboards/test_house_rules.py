"""What no page may do, found by reading the source: data in Markdown unescaped, HTML, a store opened elsewhere."""

import ast
from pathlib import Path

import pytest

import dashboards

FOLDER = Path(dashboards.__file__).parent
FILES = sorted(p for p in FOLDER.rglob("*.py"))
MARKDOWN = {
    "markdown", "write", "caption", "title", "header", "subheader", "info", "warning", "error", "success", "metric",
    "expander", "tabs", "toast", "badge", "page_link", "button", "table",
}  # fmt: skip
ESCAPED = {
    "md", "count", "tonnes", "percent", "day", "verb", "listed", "len", "int", "_coverage", "_passes", "_first", "_period", "amount", "join", "_noted",
}  # fmt: skip
PURE = [
    "charts", "sankey", "theme", "text", "maps", "markers",
    *(f"answers/{p.stem}" for p in (FOLDER / "answers").glob("*.py")),
]  # fmt: skip


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.Call)]


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_no_html_and_no_code_from_data(path):
    for call in calls(tree_of(path)):
        assert name_of(call) not in {"html", "iframe", "eval", "exec", "ImageColumn"}, call.lineno
        for keyword in call.keywords:
            assert keyword.arg not in {"unsafe_allow_html", "unsafe_allow_javascript"}, call.lineno
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "formatter"
                    and isinstance(value, ast.JoinedStr)
                ):
                    parts = [v for v in value.values if isinstance(v, ast.FormattedValue)]
                    assert all(v.format_spec is not None for v in parts), (
                        f"line {value.lineno}: text in a formatter"
                    )


def is_safe(value, tree):
    """A number with a format, an escaped text, a word of our own, or a variable made of such parts alone."""
    inner = value.value
    if value.format_spec is not None:
        return True
    if isinstance(inner, ast.Call):
        return name_of(inner) in ESCAPED
    if isinstance(inner, ast.Name):
        return all(is_safe(v, tree) for v in parts_of(inner.id, tree))
    return ast.unparse(inner).startswith(("band(", "_WORDS["))


def parts_of(name, tree):
    """What is formatted into the variable wherever it is assigned."""
    assigned = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
    ]
    bare = [v for v in assigned if isinstance(v, ast.Attribute | ast.Subscript)]
    assert not bare, f"{name} is data as it is: {[ast.unparse(v) for v in bare]}"
    return [n for v in assigned for n in ast.walk(v) if isinstance(n, ast.FormattedValue)]


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in FILES
        if "views" in p.parts or p.stem in ("frame", "widgets", "supplier_tabs", "supplier_lists", "decide")
    ],
    ids=lambda p: p.stem,
)
def test_data_in_markdown_is_escaped(path):
    tree = tree_of(path)
    for call in calls(tree):
        if not isinstance(call.func, ast.Attribute) or name_of(call) not in MARKDOWN:
            continue
        shown = [k.value for k in call.keywords if k.arg in ("label", "help", "body")]
        shown += call.args[:1] if name_of(call) != "page_link" else []
        for first in shown:
            where = f"{path.name}:{call.lineno}"
            for value in [n for n in ast.walk(first) if isinstance(n, ast.FormattedValue)]:
                assert is_safe(value, tree), f"{where}: {ast.unparse(value)} is not escaped"
            assert not isinstance(first, ast.Attribute | ast.Subscript), f"{where}: data as it is"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_only_data_opens_a_store_or_caches(path):
    if path.stem == "data":
        return
    for call in calls(tree_of(path)):
        forbidden = {
            "open_store",
            "open_session",
            "Journal",
            "decide_about",
            "take_back",
            "cache_data",
            "cache_resource",
        }
        assert name_of(call) not in forbidden, call.lineno


@pytest.mark.parametrize("name", PURE)
def test_what_is_computed_knows_no_streamlit(name):
    for node in ast.walk(tree_of(FOLDER / f"{name}.py")):
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not any(m.split(".")[0] == "streamlit" for m in modules)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_words_that_promise_too_much(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not {"safe", "compliant"} & set(
                node.value.lower().replace(",", " ").replace(".", " ").split()
            )


def test_files_stay_small():
    for path in FILES:
        assert len(path.read_text().splitlines()) <= 250, path.name

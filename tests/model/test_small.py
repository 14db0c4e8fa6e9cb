"""LEI, intervals, tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.errors import RiskGraphError
from risk_graph.model.interval import Interval
from risk_graph.model.lei import is_lei
from risk_graph.model.table import input_tables, result_tables


def check_digits(body: str) -> str:
    number = int("".join(str(int(c, 36)) for c in body + "00"))
    return f"{98 - number % 97:02d}"


LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


@given(st.text(LETTERS + DIGITS, min_size=18, max_size=18), st.integers(0, 17), st.data())
def test_one_wrong_character_of_its_kind_is_found(body, place, data):
    # A letter counts as two digits, so that one in the place of a digit shifts the rest: of such errors 1 in 97
    # is not found (NUWERQEW6000000000 with A for 6), of the others none.
    right = body + check_digits(body)
    assert is_lei(right)
    kind = LETTERS if right[place] in LETTERS else DIGITS
    other = data.draw(st.sampled_from(kind.replace(right[place], "")))
    assert not is_lei(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("text", ["", "5493001KJTIIGC8Y1R1", "5493001KJTIIGC8Y1R13", "5493001kjtiigc8y1r12"])
def test_what_is_no_lei(text):
    assert is_lei("5493001KJTIIGC8Y1R12")
    assert not is_lei(text)


def test_an_interval_is_ordered():
    assert Interval(0, 1, 3).value == 1
    with pytest.raises(RiskGraphError):
        Interval(2, 1, 3)


@pytest.mark.parametrize("table", [*input_tables().values(), *result_tables().values()], ids=lambda t: t.name)
def test_tables_survive_arrow(table):
    empty = table.empty()
    assert list(empty.columns) == table.names
    assert table.from_arrow(table.to_arrow(empty)).dtypes.equals(empty.dtypes)


def test_the_tables_and_their_required_columns_are_those_promised():
    required = {name: [c.name for c in t.columns if c.required] for name, t in input_tables().items()}
    assert required == {
        "suppliers": ["supplier_id", "name", "country"],
        "facilities": ["facility_id", "supplier_id", "name", "stage", "country"],
        "products": ["product_id", "name", "buyer_id"],
        "flows": ["flow_id", "from_id", "to_id", "material", "mass", "unit", "period_start", "period_end"],
        "certificates": ["certificate_id", "standard", "holder_id", "issued_on", "expires_on"],
        "certificate_scope": ["certificate_id", "covers_id"],
        "ownership": ["owner_id", "owned_id", "share"],
        "corrective_actions": ["action_id", "facility_id", "theme", "action"],
        "impacts": ["impact_id", "subject_id", "issue", "status"],
    }

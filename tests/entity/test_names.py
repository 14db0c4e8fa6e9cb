"""Normalising: what makes no difference to who somebody is makes none to the name that is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_graph.layers.entity.names import normalise
from risk_graph.layers.entity.vocabulary import vocabulary

WORDS = st.sampled_from(
    [
        "the",
        "sa",
        "S",
        "A",
        "co",
        "Ltd",
        "de",
        "metals",
        "alu",
        "gen",
        "Xinjiang",
        "新疆",
        "有限公司",
        "C.V.",
        "s",
        "p",
        "a",
        "of",
        "ooo",
        "&",
        "مهدي",
        "i",
        "GmbH",
        "KG",
        "y",
    ]
)
NAMES = st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=7).map(" ".join))


@given(NAMES)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(" ".join(once.tokens)).tokens == once.tokens


@given(st.lists(st.sampled_from(["Alpha", "Henan", "Metals", "Juno", "Tabuk", "7"]), min_size=1, max_size=5))
def test_case_and_punctuation_make_no_difference(words):
    plain = normalise(" ".join(words))
    assert normalise(" - ".join(words).upper() + ".").tokens == plain.tokens
    assert normalise(f"«{' '.join(words)}», Ltd.").tokens == plain.tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «РУСАЛ Братск»", "RUSAL Bratsk LLC"),
        ("Общество с ограниченной ответственностью «РУСАЛ Братск»", "Rusal Bratsk"),
        ("South Aluminum Company", "SOUTH ALUMINIUM CO."),
        ("中国铝业股份有限公司", "China Aluminium Co., Ltd."),
        ("Łódź Metale Sp. z o.o.", "Lodz Metale"),
        ("Mustermetall GmbH & Co. KG", "Mustermetall"),
        ("Minera Ejemplo S.A. de C.V.", "Minera Ejemplo"),
        ("Örnek Alüminyum Sanayi ve Ticaret A.Ş.", "Ornek Aluminium San. ve Ticaret"),
        ("PT Contoh Aluminium (Persero) Tbk", "Contoh Aluminium"),
        ("J. & K. Metals L.L.C.", "JK Metal"),
        ("Yazd Example Industries (YEI)", "Yazd Example Industries"),
        ("O'Brien & Sons Mfg.", "OBrien Sons Manufacturing"),
        ("Αλουμίνιον Παράδειγμα Α.Ε.", "Aluminium Paradeigma"),
        ("Example Int'l Trdg Pvt. Ltd.", "Example International Trading"),
    ],
)
def test_one_name_in_many_spellings(one, other):
    if "San." in other:
        other = other.replace("San.", "Sanayi")
    assert normalise(one).sorted == normalise(other).sorted


def test_legal_forms_are_kept_apart_with_their_words():
    name = normalise("Example Aluminio Brasil Ltda.")
    assert name.tokens == ("example", "aluminium", "brasil")
    assert [form.id for form in name.forms] == ["ltda"]
    assert name.stripped == ("ltda",)


def test_a_short_form_is_one_only_at_the_end():
    assert normalise("SE Asia Mining").tokens == ("se", "asia", "mining")
    assert normalise("Asia Mining SE").tokens == ("asia", "mining")


def test_a_name_of_legal_forms_alone_keeps_its_words():
    assert normalise("Co., Ltd.").tokens == ("co", "ltd")
    assert not normalise("Co., Ltd.").is_telling


@pytest.mark.parametrize("text", ["", "***", "—", "\u200b", "🏭"])
def test_nothing_to_compare_is_nothing(text):
    assert normalise(text).tokens == () or not normalise(text).is_telling


def test_arabic_is_marked_as_written_without_vowels():
    assert normalise("شركة المهدي").vowelless
    assert not normalise("Almahdi").vowelless


def test_the_vocabulary_is_consistent():
    """Usual spellings are no variants themselves, and no generic word is a variant: else normalising would not end."""
    known = vocabulary()
    assert known.same
    assert {word for word in known.same.values() if known.same.get(word, word) != word} == set()
    assert known.generic & known.same.keys() == set()
    assert {len(c) for form in known.forms.values() for c in form.countries} <= {3}


def test_the_countries_of_legal_forms_are_countries():
    from risk_graph.model.gazetteer import countries

    named = {c for form in vocabulary().forms.values() for c in form.countries}
    assert named - set(countries()) == set()

"""Pins are lifted where asked, and everything else stays as far as it can."""

from __future__ import annotations

import pytest

from adrtool.errors import EvidenceError
from adrtool.evidence.asked import key_of
from adrtool.evidence.lifting import allows, lifted
from adrtool.evidence.script import Requirements

OLD = (("one", "1.0"), ("other-thing", "3.0"), ("pytest", "8.0"))


def test_a_pin_goes_with_its_extras_and_marker_kept() -> None:
    asked = Requirements(('one[fast]==1.*; python_version > "3"', "other_thing<4"), ">=3.11", "one==1.0\npytest==8.0")
    assert lifted(asked, {"one": "==2.0"}, OLD) == Requirements(
        ('one[fast]; python_version > "3"', "other_thing<4"), ">=3.11", "one==2.0", "other-thing==3.0\npytest==8.0"
    )


def test_a_package_that_nothing_names_is_only_constrained() -> None:
    assert lifted(Requirements(("one",)), {"deep": "==2"}, ()) == Requirements(("one",), "", "deep==2")


def test_what_has_an_address_is_no_release_and_no_preference() -> None:
    asked = Requirements(("one @ https://example.org/one-1.0.whl", "two"))
    assert lifted(asked, {"two": ">=1"}, OLD).preferred == "other-thing==3.0\npytest==8.0"
    with pytest.raises(EvidenceError, match="one is asked for by its address, not by a release"):
        lifted(asked, {"one": "==2"}, OLD)


def test_what_is_allowed_is_what_dependencies_and_constraints_allow() -> None:
    asked = Requirements(('one<2; python_version < "3"', "one<5", "Two_x"), "", "two-x==3")
    assert [allows(asked, "one", version) for version in ("1", "3", "5")] == [True, True, False]
    assert [allows(asked, "two-x", version) for version in ("3", "4")] == [True, False]
    assert allows(asked, "three", "1")


def test_preferences_make_another_environment_and_none_the_one_that_was() -> None:
    plain = Requirements(("one",))
    assert key_of(plain) != key_of(lifted(plain, {}, OLD))
    assert key_of(plain) == key_of(lifted(plain, {}, ()))

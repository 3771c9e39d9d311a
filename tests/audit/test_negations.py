"""Each kind of assertion: a script that passes says no once it is negated, and stands on the same lines."""

import textwrap
import warnings

import pytest

from adrtool.audit.assertions import Constant, Negation, Unnegated, assertions
from adrtool.audit.source import Source

PATH = "adr/evidence/a.py"


def parse(text):
    return Source.parse(PATH, textwrap.dedent(text).lstrip("\n"))


def found(text, kind=Negation):
    return [each for each in assertions(parse(text)) if isinstance(each, kind)]


def run(text):
    """What a script ends with: an exception, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(text, PATH, "exec"), {"__name__": "__main__"})
    except BaseException as error:
        return error
    return None


def says_no(text):
    error = run(text)
    return isinstance(error, (AssertionError, pytest.fail.Exception))


# name: a script that passes, and the lines of its assertions
SCRIPTS = {
    "an assert": ("x = 2\nassert x == 2\n", [2]),
    "with a message": ("x = 2\nassert x == 2, 'two'\n", [2]),
    "with a conjunction": ("x = 2\nassert x == 2 and x < 3 or x\n", [2]),
    "over several lines": ("x = 2\nassert (\n    x\n    == 2\n), 'two'\n", [2]),
    "with no space": ("x = 2\nassert(x)\nassert-x\nassert[y for y in [x]]\n", [2, 3, 4]),
    "with a walrus": ("assert (x := 2)\n", [1]),
    "after umlauts": ("ä = 'ü'; assert 'ü' in ä, 'ö'\n", [1]),
    "with line ends of Windows": ("x = 2\r\n\r\nassert x\r\n", [3]),
    "in a loop": ("for x in range(3):\n    assert x < 3\n", [2]),
    "in a function": ("def f(x):\n    assert x\nf(2)\n", [2]),
    "a condition": ("x = 2\nif x != 2:\n    raise AssertionError('two')\n", [3]),
    "a condition on one line": ("x = 2\nif x != 2: raise AssertionError\n", [2]),
    "an alternative": ("x = 2\nif x == 2:\n    y = 1\nelse:\n    raise AssertionError\n", [5]),
    "a further alternative": ("x = 2\nif x == 3:\n    y = 1\nelif x != 2:\n    raise AssertionError\n", [5]),
    "assert False": ("x = 2\nif x != 2:\n    assert False, 'two'\n", [3]),
    "pytest.fail": ("import pytest\nx = 2\nif x != 2:\n    pytest.fail('two')\n", [4]),
    "pytest.fail by another name": ("from pytest import fail as no\nx = 2\nif x != 2:\n    no('two')\n", [4]),
    "a fail for each": ("import pytest\nfor x in []:\n    pytest.fail(x.name)\n", [3]),
    "a fail for some": ("import pytest\nfor x in [1]:\n    if x > 1:\n        pytest.fail('x')\n", [4]),
    "a fail for those left": ("import pytest\nfor x in [1]:\n    if x: continue\n    pytest.fail('x')\n", [4]),
    "a search": ("for x in [1, 2]:\n    if x == 2:\n        break\nelse:\n    raise AssertionError\n", [5]),
    "a wait": ("x = 0\nwhile x < 9:\n    x += 1\n    if x == 2: break\nelse:\n    raise AssertionError\n", [6]),
    "a return past it": ("def f():\n    for x in [1]:\n        if x: return x\n    raise AssertionError\nf()\n", [4]),
    "or": ("import pytest\nx = 2\nx or pytest.fail()\n", [3]),
    "and": ("import pytest\nx = 0\nx and x and pytest.fail()\n", [3]),
    "in an expression": ("import pytest\nx = 0\npytest.fail() if x else x\n", [3]),
    "no exception": ("try:\n    int('x')\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError\n", [6]),
    "no exception, within": ("try:\n    int('x')\n    raise AssertionError\nexcept ValueError:\n    pass\n", [3]),
    "a handler that goes on": (
        "try:\n    int('x')\nexcept ValueError as e:\n    if 'x' in str(e):\n        pass\nelse:\n    assert False\n",
        [7],
    ),
    "an exception": ("try:\n    int('1')\nexcept ValueError:\n    raise AssertionError\n", [4]),
    "an exception in a block": (
        "import io\ntry:\n    with io.StringIO() as f:\n        f.read()\nexcept OSError:\n    raise AssertionError\n",
        [6],
    ),
    "a refusal": (
        "def f():\n    try:\n        int('x')\n    except ValueError as e:\n        return e\n    raise AssertionError\nf()\n",
        [6],
    ),
    "a case": ("match 2:\n    case 2:\n        x = 1\n    case _:\n        raise AssertionError\n", [5]),
    "pytest.raises": (
        "import pytest\nwith pytest.raises(ValueError, match='x') as e:\n    int('x')\nprint(e.value)\n",
        [2],
    ),
    "pytest.raises beside others": (
        "import io, pytest\nwith io.StringIO() as f, pytest.raises(ValueError):\n    int('x')\n",
        [2],
    ),
    "pytest.raises as a call": ("import pytest\npytest.raises(ValueError, int, 'x')\n", [2]),
    "pytest.raises kept": ("import pytest\ncontext = pytest.raises(ValueError)\nwith context:\n    int('x')\n", [2]),
    "pytest.warns": ("import pytest, warnings\nwith pytest.warns(UserWarning):\n    warnings.warn('x')\n", [2]),
    "unittest": (
        "import unittest\ncase = unittest.TestCase()\ncase.assertEqual(1, 1)\nwith case.assertRaises(ValueError) as e:\n"
        "    int('x')\ncase.assertRaises(ValueError, int, 'x')\n",
        [3, 4, 6],
    ),
    "a mock": ("from unittest.mock import Mock\nm = Mock()\nm(1)\nm.assert_called_once_with(1)\n", [4]),
    "at most": ("from adrtool_evidence import measure\nmeasure('a', 3, at_most=4)\n", [2]),
    "both bounds": ("import adrtool_evidence as e\ne.measure(\n    'a', 3,\n    at_most=4,\n    at_least=1)\n", [4, 5]),
    "a bound of one line": ("from adrtool_evidence import measure as m\nm('a', 3, at_most=4, at_least=1)\n", [2, 2]),
    "an assertion that has to fail": (
        "import pytest\nx = 2\nwith pytest.raises(AssertionError):\n    assert x == 3\n",
        [3, 4],
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_passes_says_no_once_negated(name, monkeypatch):
    monkeypatch.delenv("ADRTOOL_MEASURES", raising=False)
    text, lines = SCRIPTS[name]
    source = Source.parse(PATH, text)
    negations = [each for each in assertions(source) if isinstance(each, Negation)]
    assert run(text) is None
    assert [each.line for each in negations] == lines
    for negation in negations:
        negated = source.edited(negation.edits)
        assert says_no(negated), negated
        assert len(negated.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize("name", SCRIPTS)
def test_marks_change_nothing_but_tell_what_is_reached(name, capsys, monkeypatch):
    monkeypatch.delenv("ADRTOOL_MEASURES", raising=False)
    text, lines = SCRIPTS[name]
    source = Source.parse(PATH, text)
    negations = [each for each in assertions(source) if isinstance(each, Negation)]
    names = [f"{name} {place}" for place in range(len(negations))]
    marked = source.edited(mark for name, each in zip(names, negations) for mark in each.marks(name))
    assert run(marked) is None
    out = capsys.readouterr().out
    assert [name for name in names if f'"{name}"' in out] == names
    assert len(marked.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(
    "helper",
    [
        "import numpy as np\nnp.testing.assert_allclose(1, 1)\n",
        "from numpy.testing import assert_equal\nassert_equal(1, 1)\n",
        "from torch import testing\ntesting.assert_close(1, 1)\n",
    ],
)
def test_helpers_that_assert_are_known_by_their_import(helper):
    (negation,) = found(helper)
    assert negation.line == 2


def test_a_negated_helper_takes_a_no_for_a_yes():
    import adrtool_audit

    def no():
        raise AssertionError

    assert adrtool_audit.negated(no) is None
    with pytest.raises(ZeroDivisionError):
        adrtool_audit.negated(lambda: 1 / 0)


def test_a_negated_context_lets_nothing_and_another_exception_by():
    import adrtool_audit

    with adrtool_audit.negated(lambda: pytest.raises(ValueError)):
        pass
    with pytest.raises(KeyError), adrtool_audit.negated(lambda: pytest.raises(ValueError)):
        {}["x"]


@pytest.mark.parametrize(
    "literal", ["True", "1", "'text'", "(0, 'always true')", "[0]", "not False", "lambda: 0", "not None"]
)
def test_an_assertion_of_a_literal_cannot_fail(literal):
    assert [each.line for each in found(f"x = 1\nassert {literal}\n", Constant)] == [2]


@pytest.mark.parametrize("computed", ["1 + 1 == 2", "x", "not x", "[*x]", "(x)", "f'{x}'", "x is None"])
def test_an_assertion_of_what_is_computed_is_none_of_a_literal(computed):
    assert (len(found(f"x = 1\nassert {computed}\n", Constant)), len(found(f"x = 1\nassert {computed}\n"))) == (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\ndef refuse(x):\n    pytest.fail(x)\n",
        "import tensorflow as tf\ntf.debugging.assert_equal(1, 1)\n",
        "from adrtool_evidence import measure\nbounds = {'at_most': 1}\nmeasure('x', 1, **bounds)\n",
        "from adrtool_evidence import measure\nfor take in [measure]:\n    take('x', 1, at_most=2)\n",
    ],
)
def test_what_may_say_no_and_cannot_be_negated_is_told(text):
    assert found(text) == []
    assert len(found(text, Unnegated)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "text = 'assert False'\n",
        "from adrtool_evidence import measure\nmeasure('x', 1)\nmeasure('y', 1, at_most=None)\n",
        "class Lock:\n    def fail(self): pass\nLock().fail()\n",
        "import sys\nif not sys.argv: sys.exit(1)\n",
        "raise_ = 1\ntry: pass\nexcept ValueError: raise\n",
    ],
)
def test_what_is_no_assertion_is_none(text):
    assert list(assertions(parse(text))) == []


def test_a_file_that_says_another_encoding_is_cut_at_the_right_places():
    source = Source.parse(PATH, "# -*- coding: latin-1 -*-\nä = 'ü'; assert 'ü' in ä\n")
    (negation,) = assertions(source)
    assert source.edited(negation.edits).splitlines()[1] == "ä = 'ü'; assert (not ('ü' in ä))"


def test_a_bound_that_is_none_is_no_bound():
    source = parse("from adrtool_evidence import measure\nlimit = None\nmeasure('x', 1, at_most=limit)\n")
    (negation,) = assertions(source)
    assert run(source.edited(negation.edits)) is None

# /// script
# dependencies = ["commonmark==0.9.*", "mistune==3.*"]
# ///
"""Any CommonMark parser shows a claim as a link from the sentence to its proof.

Two parsers that adrtool does not use read the three forms of a claim. It does not show what a forge
makes of the link's target.
"""

import commonmark
import mistune
import pytest

FORMS = {
    "inline": '[It is fast](evidence/speed.py#test_reads "supporting")',
    "reference": "[It is fast][speed]\n\n[speed]: evidence/speed.py#test_reads 'supporting'",
    "in a list": '- so\n  - [It is\n    fast](evidence/speed.py#test_reads "supporting") is known',
}


@pytest.mark.parametrize("parse", [commonmark.commonmark, mistune.html], ids=["commonmark", "mistune"])
@pytest.mark.parametrize("form", FORMS)
def test_a_claim_is_a_link(parse, form):
    html = " ".join(parse(FORMS[form]).split())
    assert '<a href="evidence/speed.py#test_reads" title="supporting">It is fast</a>' in html
    # The control: with its brackets escaped, it is none.
    assert "<a " not in parse(FORMS["inline"].replace("[", r"\["))

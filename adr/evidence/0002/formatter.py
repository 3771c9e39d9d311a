# /// script
# dependencies = ["mdformat==1.*", "markdown-it-py"]
# ///
"""A formatter leaves claims alone, and takes other marks apart.

mdformat without plugins knows CommonMark and nothing else; it is the strictest of the usual ones.
"""

import mdformat
from markdown_it import MarkdownIt

RECORD = """\
Heading
=======

*   [It is *fast*
    enough](evidence/speed.py#test_reads "supporting; then: measure")   and [small][size]

[size]:   <evidence/size.py>   'waived until 2027-01-01: we know'
"""


def links(text):
    found = []
    for token in MarkdownIt("commonmark").parse(text):
        inside, current = "", None
        for child in token.children or []:
            if child.type == "link_open":
                inside, current = "", (child.attrs["href"], child.attrs.get("title"))
            elif child.type == "link_close":
                found.append((*current, " ".join(inside.split())))
            else:
                inside += child.content or (" " if child.type == "softbreak" else "")
    return found


def test_claims_survive():
    formatted = mdformat.text(RECORD, options={"wrap": 40})
    assert formatted != RECORD  # the control: it did rewrite the text
    assert links(formatted) == links(RECORD)
    assert len(links(RECORD)) == 2


def test_the_others_do_not():
    front_matter = "---\nclaims:\n  - speed\n---\n\n# T\n"
    assert not mdformat.text(front_matter).startswith("---\nclaims:\n  - speed\n---\n")
    footnote = "It is fast.[^speed]\n\n[^speed]: see evidence/speed.py\n"
    assert "[^speed]: see" not in mdformat.text(footnote)

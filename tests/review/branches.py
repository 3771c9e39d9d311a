"""A branch under review, off a `main` whose claims hold."""

from __future__ import annotations

from repositories import Project

READS = "from adrtool_evidence import measure\nmeasure('ms', float(open('n.txt').read()), at_most=5)\n"
CLAIMS = ("[Reads stay quick](evidence/reads.py)", "[Stacking is enough](evidence/stack.py)")


def branched(project: Project, *claims: str) -> Project:
    """Two claims that hold on `main`, of `reads.py` and `stack.py`, and a branch `change` checked out."""
    project.record(*claims)
    project.evidence("reads.py", READS)
    project.evidence("stack.py", "assert True\n")
    project.write("n.txt", "3")
    project.commit()
    assert project.verify().code == 0
    project.git("checkout", "--quiet", "-b", "change")
    return project


def reviewed(project: Project, *words: str):
    """What the review of the branch against `main` says, as JSON, with how it ended and each claim by its name."""
    project.commit()
    said = project.adrtool("review", "main", "--json", *words)
    return said.json | {"code": said.code, "err": said.err, "by_id": {row["id"]: row for row in said.json["claims"]}}

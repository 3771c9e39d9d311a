"""A branch under review, off a `main` whose claims hold."""

from __future__ import annotations

from repositories import Project

READS = "from adrtool_evidence import measure\nmeasure('ms', float(open('n.txt').read()), at_most=5)\n"


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

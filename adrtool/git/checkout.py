"""A commit's files in a folder of their own: neither the user's checkout nor its index is touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from adrtool.errors import LedgerError, ReadError
from adrtool.git.command import Git
from adrtool.git.repository import Repository

# What the user's own checkout may do on the side, and this one must not.
_PLAIN = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.sparseCheckout=false")


def check_out(repository: Repository, commit: str, folder: Path) -> Repository:
    """The repository with `commit` as its HEAD and the files of that commit below `folder`.

    Objects, refs and notes are shared; HEAD and the index are its own, so git lists these files and no others.
    Raises ReadError where an object is missing or the disk is full.
    """
    root, own = folder / "tree", folder / "git"
    for place in (root, own):
        place.mkdir(parents=True)
    (own / "HEAD").write_text(f"{commit}\n", encoding="ascii")
    (own / "commondir").write_text(f"{repository.common_dir}\n", encoding="utf-8", errors="surrogateescape")
    git = Git(own, root)
    try:
        git.run(*_PLAIN, "read-tree", commit)
        git.run(*_PLAIN, "checkout-index", "--all", "--force", "--quiet")
    except LedgerError as error:
        raise ReadError(f"the files of {commit[:12]} cannot be had: {error.message}") from None
    return replace(repository, root=root, git_dir=own, head=commit, bare=False)

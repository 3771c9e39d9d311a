"""The repository around the records; the only package that knows git and GitPython."""

from adrtool.git.log import FileFacts
from adrtool.git.objects import Objects, TreeEntry
from adrtool.git.repository import NOTES_REF, Repository
from adrtool.git.versions import Version

__all__ = ["NOTES_REF", "FileFacts", "Objects", "Repository", "TreeEntry", "Version"]

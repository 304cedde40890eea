"""Repositories for git to serve, made without a working copy."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import attrs

_AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"), ("DATE", "1700000000 +0000"))
}


@attrs.frozen
class GitRepository:
    """A bare repository."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, files: Mapping[str, str]) -> Self:
        """One whose branch `main` holds *files*."""
        folder.mkdir(parents=True)
        made = cls(folder)
        made.git("init", "--quiet", "--bare", "--initial-branch=main")
        made.branch("main", made.commit(made.tree(files)))
        return made

    def git(self, *words: str, given: bytes = b"") -> str:
        """What git writes."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            input=given,
            capture_output=True,
            check=True,
            env={
                **_AUTHOR,
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_DIR": str(self.folder),
                "GIT_INDEX_FILE": str(self.folder / "made-index"),
            },
        )
        return done.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        """The id of a file with that *content*."""
        return self.git("hash-object", "-w", "--stdin", given=content)

    def tree(self, files: Mapping[str, str], mode: str = "100644") -> str:
        """The id of a folder with *files*, each of that *mode*."""
        self.git("read-tree", "--empty")
        for path, text in files.items():
            entry = f"{mode},{self.blob(text.encode())},{path}"
            self.git("update-index", "--add", "--cacheinfo", entry)
        return self.git("write-tree")

    def raw_tree(self, *entries: tuple[str, bytes, str]) -> str:
        """The id of a folder with *entries* of mode, name and object, which git need not like."""
        content = b"".join(
            mode.encode() + b" " + name + b"\0" + bytes.fromhex(object_id)
            for mode, name, object_id in entries
        )
        return self.git(
            *("hash-object", "-t", "tree", "-w", "--literally", "--stdin"), given=content
        )

    def commit(self, tree: str, *parents: str) -> str:
        """The id of a commit of *tree*."""
        words = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, "-m", "x", *words)

    def branch(self, name: str, commit: str) -> None:
        """Let a branch lead to *commit*."""
        self.git("update-ref", f"refs/heads/{name}", commit)

    def commit_of(self, ref: str) -> str:
        """The id of the commit that *ref* leads to."""
        return self.git("rev-parse", f"{ref}^{{commit}}")

"""Where packs are read from: the package's own data, or a folder a mission put beside it.

Reading only; what a pack means is the business of the Struct that the caller hands in.
"""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import Pack, decode_pack

PackT = TypeVar("PackT", bound=Pack)


class PackShelf:
    """Pack files in order of preference: the mission's own first, then the shipped ones."""

    def __init__(self, *folders: Traversable) -> None:
        self._folders = (*folders, core_folder())

    def read(self, file: str, shape: type[PackT]) -> PackT:
        """A validated pack.

        Raises
        ------
        PackInvalid
            The file is absent or breaks a rule; `file`, `field` and `rule` say which.
        """
        return decode_pack(file, self.raw(file), shape)

    def raw(self, file: str) -> bytes:
        """Bytes of a pack file such as `roles.toml` or `boundaries/ssd.geo.json`."""
        steps = file.split("/")
        # A pack lives in its folder: no name may climb out of it.
        folders = () if {"", ".."} & set(steps) else self._folders
        for folder in folders:
            found = folder.joinpath(*steps)
            if found.is_file():
                return found.read_bytes()
        raise PackInvalid(file=file, field="$", rule="absent")

    def names(self, ending: str) -> Iterator[str]:
        """Names of the files that end so, each once, sorted; one level of folders is looked into."""
        found = {name for folder in self._folders for name in _names(folder) if name.endswith(ending)}
        yield from sorted(found)


def core_folder() -> Traversable:
    return files("dunant").joinpath("packs", "core")


def _names(folder: Traversable) -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from (f"{item.name}/{inner.name}" for inner in item.iterdir())
        else:
            yield item.name

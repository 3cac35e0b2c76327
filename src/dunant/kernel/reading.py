"""What is read off an object once, by the one thread that holds it."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

ReadT = TypeVar("ReadT")


class read_once(Generic[ReadT]):
    """A cached property without the lock of `functools`: in Python 3.11 that lock costs more than most readings."""

    def __init__(self, read: Callable[[Any], ReadT]) -> None:
        self._read = read
        self._name = read.__name__
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type | None = None) -> ReadT: ...

    def __get__(self, owner: object | None, kind: type | None = None) -> Self | ReadT:
        if owner is None:
            return self
        found = owner.__dict__[self._name] = self._read(owner)
        return found

"""zstd, with a trained dictionary for small frames and limits on what is unpacked."""

import hashlib
import sys
from functools import lru_cache
from importlib.resources import files

from dunant.sync.errors import BadFrame

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_RAW = 16 * 1024 * 1024
# A dictionary lets a few bytes stand for much, so the ratio is asked for only beyond a size that cannot hurt.
MAX_RATIO, HARMLESS = 200, 256 * 1024
_FILE = "dictionary.bin"


@lru_cache
def dictionary() -> bytes:
    """The one that this version ships; made by `scripts/make_dictionary.py`."""
    return files("dunant.sync").joinpath(_FILE).read_bytes()


@lru_cache
def dictionary_id() -> str:
    """Sixteen hex digits of its SHA-256."""
    return hashlib.sha256(dictionary()).hexdigest()[:16]


@lru_cache
def _loaded() -> zstd.ZstdDict:
    return zstd.ZstdDict(dictionary())


@lru_cache
def _options(level: int) -> dict[int, int]:
    return {zstd.CompressionParameter.compression_level: level}


def compressed(raw: bytes, level: int, *, with_dictionary: bool = False) -> bytes:
    if not with_dictionary:
        return zstd.compress(raw, level)
    # Digested once for each level: reading it anew would cost more than the frame.
    return zstd.compress(raw, options=_options(level), zstd_dict=_loaded().as_digested_dict)


def decompressed(packed: bytes, size: int, *, with_dictionary: bool = False) -> bytes:
    """Exactly `size` bytes; never more is unpacked.

    Raises
    ------
    BadFrame
        too_large, ratio or undecodable.
    """
    if size < 0:
        # A negative bound means "without bound" to zstd.
        raise BadFrame("undecodable")
    if size > MAX_RAW:
        raise BadFrame("too_large")
    if size > HARMLESS and size > MAX_RATIO * len(packed):
        raise BadFrame("ratio")
    decoder = zstd.ZstdDecompressor(zstd_dict=_loaded() if with_dictionary else None)
    try:
        raw = decoder.decompress(packed, max_length=size + 1)
    except zstd.ZstdError:
        raise BadFrame("undecodable") from None
    if len(raw) != size or not decoder.eof or decoder.unused_data:
        raise BadFrame("undecodable")
    return raw

"""zstd, with limits on what is unpacked."""

import sys

from dunant.sync.errors import BadFrame

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def compressed(raw: bytes, level: int) -> bytes:
    return zstd.compress(raw, level)


def decompressed(packed: bytes, size: int) -> bytes:
    """Exactly `size` bytes, or BadFrame; never more is unpacked."""
    decoder = zstd.ZstdDecompressor()
    try:
        raw = decoder.decompress(packed, max_length=size + 1)
    except zstd.ZstdError:
        raise BadFrame("undecodable") from None
    if len(raw) != size or not decoder.eof:
        raise BadFrame("undecodable")
    return raw

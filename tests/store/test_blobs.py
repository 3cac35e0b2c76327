"""Attachments: stored once under the name of their content, in the same commit as the fact that names them."""

import hashlib

import pytest

from dunant.kernel.errors import Refused, TooLarge
from dunant.services.build import Site
from dunant.store import Transaction, blobs


def keep(site: Site, content: bytes) -> str:
    return site.commit.submit(lambda t: blobs.put(t, content, site.clock.now())).result(timeout=30)


def test_a_blob_is_found_by_its_content_and_kept_once(site: Site) -> None:
    names = {keep(site, b"photo") for _ in range(2)}
    assert names == {hashlib.sha256(b"photo").hexdigest()}
    assert blobs.get(site.database, names.pop()) == b"photo"
    assert blobs.get(site.database, "0" * 64) is None


def test_the_same_bytes_twice_in_one_job_are_one_blob(site: Site) -> None:
    def twice(transaction: Transaction) -> None:
        for _ in range(2):
            blobs.put(transaction, b"photo", site.clock.now())

    site.commit.submit(twice).result(timeout=30)


def test_a_blob_goes_with_the_job_that_failed(site: Site) -> None:
    def fails(transaction: Transaction) -> None:
        blobs.put(transaction, b"photo", site.clock.now())
        raise Refused

    with pytest.raises(Refused):
        site.commit.submit(fails).result(timeout=30)
    assert blobs.get(site.database, blobs.address(b"photo")) is None


def test_more_than_25_mib_is_refused(site: Site) -> None:
    with pytest.raises(TooLarge):
        keep(site, bytes(blobs.LIMIT_BYTES + 1))

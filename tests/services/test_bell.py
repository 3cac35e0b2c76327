"""The bell wakes who waits, and never keeps anybody who was told to go."""

import asyncio

import pytest

from dunant.services.bell import Bell


@pytest.mark.parametrize("turns", range(5))
def test_who_is_told_to_go_just_as_it_rings_goes(turns: int) -> None:
    """However many turns of the loop lie between the ring and the word to go."""

    async def story() -> None:
        bell = Bell()
        bell.attach()

        async def listen() -> None:
            while True:
                await bell.wait(10)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.01)
        bell.ring()
        for _ in range(turns):
            await asyncio.sleep(0)
        listening.cancel()
        _, left = await asyncio.wait([listening], timeout=1)
        listening.cancel()
        assert not left

    asyncio.run(story())


def test_nobody_waits_for_ever() -> None:
    async def story() -> None:
        bell = Bell()
        bell.attach()
        assert not await bell.wait(0.01)

    asyncio.run(story())

"""Which passwords are refused, and how the others are kept."""

import tomllib

import pytest

from dunant.kernel.errors import Invalid, PackInvalid
from dunant.kernel.policy import decode_pack, rows
from dunant.services.passwords import Hasher, Passwords
from dunant.store import PackShelf

SHELF = PackShelf()
PACK = SHELF.read("passwords.toml", Passwords)
OWN = ("amina.hassan", "Amina Hassan", "BENTIU-1")
LAPTOP, SERVER = (Hasher(profile) for profile in PACK.profile)


def rule(password: str) -> object:
    with pytest.raises(Invalid) as caught:
        PACK.check(password, OWN)
    assert caught.value.params["field"] == "password"
    return caught.value.params["rule"]


def test_every_row_of_the_pack_has_a_source() -> None:
    found = dict(rows(PACK))
    assert {"$.pack", "$.choice", "$.throttle", "$.grant", "$.profile[0]", "$.list[0]"} <= set(found)
    assert all(row.source for row in found.values())


def test_the_lists_hold_more_than_a_thousand_words() -> None:
    listed = {word for row in PACK.list if row.kind == "word" for word in row.words.split()}
    assert len(listed) > 1000


@pytest.mark.parametrize("field, value", [("memory_kib", 8192), ("passes", 1), ("min_length", 8)])
def test_no_mission_may_keep_passwords_worse_than_the_least(field: str, value: int) -> None:
    text = SHELF.raw("passwords.toml").decode()
    old = next(line for line in text.splitlines() if line.startswith(field))
    with pytest.raises(PackInvalid) as caught:
        decode_pack("passwords.toml", text.replace(old, f"{field} = {value}", 1).encode(), Passwords)
    assert field in str(caught.value.params["field"])


def test_eleven_characters_are_too_few() -> None:
    assert rule("vb7!xRq2mmL") == "min_length"


def test_a_password_longer_than_a_page_is_refused() -> None:
    assert rule("vb7!xRq2mmLp" * 100) == "max_length"


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "P@ssw0rd1234",
        "drowssap4321",
        "passwordpassword",
        "correct horse battery staple",
        "iloveyou1234",
        "letmein12345",
        "motdepasse2026",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "123456789012",
        "aaaaaaaaaaaa",
        "qqqwwweeerrr",
        "abc123abc123",
        "йцукенгшщзхъ",
        "Kinshasa-2026!",
        "0788123456789",
        "Liverpool1234!",
    ],
)
def test_what_many_people_choose_is_refused(password: str) -> None:
    assert rule(password) == "common"


@pytest.mark.parametrize("password", ["amina.hassan84", "Hassan Amina 1984", "bentiu-1-amina", "nasSah-4n1mA-77"])
def test_ones_own_name_and_the_name_of_the_site_are_refused(password: str) -> None:
    assert rule(password) == "common"


def test_a_long_weak_beginning_is_judged_without_delay() -> None:
    assert rule("a" * 1000) == "common"


@pytest.mark.parametrize(
    "password",
    [
        "kettle orbit saffron",
        "vb7!xRq2mmLp",
        "rain over goma lake",
        "violin trousers",
        "horse river lantern teapot",
        "xnrk-wqpd-lmzo-tyvb",
        "ليلة مطيرة في غوما",
        "八月的雨落在湖面上很安静",
    ],
)
def test_a_few_words_that_do_not_belong_together_need_no_digit_and_no_capital(password: str) -> None:
    PACK.check(password, OWN)


def test_the_parameters_stand_in_the_hash() -> None:
    assert LAPTOP.hash("kettle orbit saffron").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert SERVER.hash("kettle orbit saffron").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_two_keyboards_may_write_the_same_letter_differently() -> None:
    assert LAPTOP.matches(LAPTOP.hash("\u00e9t\u00e9 \u00e0 la plage"), "e\u0301te\u0301 a\u0300 la plage")


def test_only_a_cheaper_hash_is_renewed() -> None:
    cheap, dear = LAPTOP.hash("kettle orbit saffron"), SERVER.hash("kettle orbit saffron")
    assert [SERVER.is_weaker(cheap), SERVER.is_weaker(dear), LAPTOP.is_weaker(dear)] == [True, False, False]


def test_a_decoy_costs_what_the_other_costs_and_lets_nobody_in() -> None:
    stored = SERVER.hash("kettle orbit saffron")
    decoy = LAPTOP.decoy(stored)
    assert decoy.rpartition("$")[0] == stored.rpartition("$")[0]
    assert not LAPTOP.matches(decoy, "kettle orbit saffron")
    assert not LAPTOP.matches(LAPTOP.decoy(None), "")


def test_the_pack_is_plain_toml() -> None:
    assert tomllib.loads(SHELF.raw("passwords.toml").decode())["pack"]["name"] == "passwords"

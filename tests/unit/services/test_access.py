# SPDX-License-Identifier: Apache-2.0
"""Coming in: one-time links, passwords, one-time codes, sessions that end."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from kyc.domain.errors import ConflictError, InvalidError, UnauthenticatedError
from kyc.services import access, accounts, passwords, platform
from tests.house import PLATFORM, House, open_house

PASSWORD = "a long enough secret"


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, light_passwords: None) -> Iterator[House]:
    """A house."""
    with open_house(sqlite_url, tmp_path) as opened:
        yield opened


def invitation(house: House, reference: str = "shop-1") -> str:
    """The token of a fresh invitation."""
    with house.deps.db.write() as uow:
        created = accounts.create_account(
            house.deps, uow, PLATFORM, livemode=False, external_reference=reference, language="fr"
        )
    return created.invitation_url.rpartition("/")[2]


def accept(house: House, token: str, email: str = "Contact@Merchant.example") -> str:
    """Accept an invitation; the session's token."""
    return access.accept_invitation(house.deps, token, email=email, password=PASSWORD, language="nl")


def officer_login(house: House, secret: str, code: str | None = None, password: str = PASSWORD) -> str:
    """Log the officer in with the code of the house's clock."""
    code = code or pyotp.TOTP(secret).at(house.clock.now())
    return access.log_in_officer(house.deps, email="claire@example.org", password=password, code=code)


@pytest.fixture
def officer_secret(house: House) -> str:
    """An officer's authenticator secret."""
    _, secret = access.add_officer(
        house.deps,
        email="claire@example.org",
        name="Claire",
        role="compliance_officer",
        language="fr",
        password=PASSWORD,
    )
    return secret


def test_a_password_is_hashed_at_the_full_cost_of_the_low_memory_recommendation() -> None:
    stored = passwords.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, section 4, second recommended option
    assert passwords.password_matches(stored, PASSWORD)
    assert not passwords.password_matches(stored, PASSWORD + "x")
    passwords._nobody.cache_clear()
    assert not passwords.password_matches(None, PASSWORD)
    assert passwords._nobody().startswith(stored[:30])


def test_an_invitation_works_once_and_its_contact_logs_in_with_any_spelling_of_the_address(house: House) -> None:
    token = invitation(house)
    contact = access.contact_of(house.deps, accept(house, token))
    assert contact.language == "nl"
    with pytest.raises(ConflictError, match="INVITATION_USED"):
        accept(house, token)
    again = access.log_in_contact(house.deps, email=" contact@merchant.EXAMPLE ", password=PASSWORD)
    assert access.contact_of(house.deps, again).user_id == contact.user_id


def test_an_expired_unknown_or_replaced_invitation_says_which(house: House) -> None:
    old = invitation(house)
    with house.deps.db.write() as uow:
        merchant = uow.merchants.by_reference("shop-1", livemode=False)
        assert merchant is not None
        accounts.invite_again(house.deps, uow, PLATFORM, merchant.id, livemode=False)
    with pytest.raises(ConflictError, match="INVITATION_EXPIRED"):
        access.check_invitation(house.deps, old)
    with pytest.raises(ConflictError, match="INVITATION_UNKNOWN"):
        access.check_invitation(house.deps, "nonsense")
    fresh = invitation(house, "shop-2")
    house.clock.move(days=14)
    with pytest.raises(ConflictError, match="INVITATION_EXPIRED"):
        access.check_invitation(house.deps, fresh)


@pytest.mark.parametrize(("email", "password", "field"), [
    ("no-address", PASSWORD, "email"),
    ("a@b", PASSWORD, "email"),
    ("a b@c.example", PASSWORD, "email"),
    ("contact@merchant.example", "short", "password"),
    ("contact@merchant.example", "x" * 257, "password"),
])  # fmt: skip
def test_credentials_that_cannot_be_accepted_are_named_and_the_link_stays_good(
    house: House, email: str, password: str, field: str
) -> None:
    token = invitation(house)
    with pytest.raises(InvalidError) as raised:
        access.accept_invitation(house.deps, token, email=email, password=password, language="fr")
    assert [problem.field for problem in raised.value.problems] == [field]
    access.check_invitation(house.deps, token)


def test_one_address_has_one_account(house: House) -> None:
    accept(house, invitation(house))
    with pytest.raises(InvalidError) as raised:
        accept(house, invitation(house, "shop-2"))
    assert [problem.code for problem in raised.value.problems] == ["email_taken"]


def test_a_wrong_password_and_an_unknown_address_read_the_same(house: House) -> None:
    accept(house, invitation(house))
    for email, password in (("contact@merchant.example", "wrong"), ("nobody@merchant.example", PASSWORD)):
        with pytest.raises(UnauthenticatedError) as raised:
            access.log_in_contact(house.deps, email=email, password=password)
        assert (raised.value.code, dict(raised.value.params)) == ("LOGIN_FAILED", {})


def test_guessing_is_paused_and_the_pause_ends(house: House) -> None:
    accept(house, invitation(house))
    for _ in range(5):
        with pytest.raises(UnauthenticatedError, match="LOGIN_FAILED"):
            access.log_in_contact(house.deps, email="contact@merchant.example", password="wrong")
    with pytest.raises(UnauthenticatedError, match="LOGIN_PAUSED"):
        access.log_in_contact(house.deps, email="contact@merchant.example", password=PASSWORD)
    house.clock.move(minutes=15, seconds=1)
    assert access.log_in_contact(house.deps, email="contact@merchant.example", password=PASSWORD)


def test_an_officer_needs_password_and_code_and_each_code_works_once(house: House, officer_secret: str) -> None:
    officer = access.officer_of(house.deps, officer_login(house, officer_secret))
    assert officer.role == "compliance_officer"
    with pytest.raises(UnauthenticatedError, match="CODE_ALREADY_USED"):
        officer_login(house, officer_secret)
    house.clock.move(seconds=30)
    for code, password in (("000000", PASSWORD), (None, "wrong")):
        with pytest.raises(UnauthenticatedError, match="LOGIN_FAILED"):
            officer_login(house, officer_secret, code, password)
    assert officer_login(house, officer_secret)


def test_a_code_of_two_steps_ago_does_not_work(house: House, officer_secret: str) -> None:
    code = pyotp.TOTP(officer_secret).at(house.clock.now())
    house.clock.move(seconds=61)
    with pytest.raises(UnauthenticatedError):
        officer_login(house, officer_secret, code)


@pytest.mark.parametrize(("pauses", "alive"), [((59,), True), ((61,), False), ((50,) * 14, True), ((50,) * 15, False)])
def test_a_session_ends_when_idle_and_after_a_day_at_the_latest(
    house: House,
    pauses: tuple[int, ...],
    alive: bool,  # noqa: FBT001
) -> None:
    token = accept(house, invitation(house))
    for minutes in pauses[:-1]:
        house.clock.move(minutes=minutes)
        access.contact_of(house.deps, token)
    house.clock.move(minutes=pauses[-1])
    if alive:
        access.contact_of(house.deps, token)
    else:
        with pytest.raises(UnauthenticatedError, match="SESSION_ENDED"):
            access.contact_of(house.deps, token)


def test_a_portal_cookie_opens_no_console_and_log_out_ends_it(house: House) -> None:
    token = accept(house, invitation(house))
    with pytest.raises(UnauthenticatedError):
        access.officer_of(house.deps, token)
    access.log_out(house.deps, token)
    with pytest.raises(UnauthenticatedError):
        access.contact_of(house.deps, token)


def test_an_api_key_is_known_by_its_hash_only(house: House) -> None:
    key = platform.issue_api_key(house.deps, name="p", livemode=True, scopes=("gate:read",))
    client = access.authenticate_key(house.deps, key)
    assert (client.livemode, client.scopes) == (True, frozenset({"gate:read"}))
    with pytest.raises(UnauthenticatedError):
        access.authenticate_key(house.deps, key + "x")
    with pytest.raises(InvalidError):
        platform.issue_api_key(house.deps, name="p", livemode=True, scopes=("everything",))

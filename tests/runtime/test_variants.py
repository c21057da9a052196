"""Sessions of one variant in classes of the other."""

import inspect

import pytest

import planet
from planet import Auth, Session, SyncSession
from planet._async.apis.directory import CLIENTS
from planet._sync.apis.directory import CLIENTS as SYNC_CLIENTS
from planet.exceptions import ArgumentTypeError
from planet.http import RetryPolicy


@pytest.mark.parametrize("api", SYNC_CLIENTS)
def test_blocking_clients_take_an_async_session(api, sandbox):
    """As existing scripts have it: `planet.sync.orders.OrdersAPI(planet.Session())`."""
    session = Session(auth=Auth.from_key(sandbox.api_key), base_url=sandbox.base_url)
    client = SYNC_CLIENTS[api](session)
    methods = [method for name, method in inspect.getmembers(client, callable) if not name.startswith("_")]
    assert methods and not any(map(inspect.iscoroutinefunction, methods))
    session.max_retries = 1
    assert client._session.retry.max_retries == 1, "what is set later on counts as well"


def test_they_do_what_they_are_asked_to(sandbox):
    session = Session(auth=Auth.from_key(sandbox.api_key), base_url=sandbox.base_url)
    searches = planet.DataAPI(session)
    made = searches.create_search(["PSScene"], {"type": "AndFilter", "config": []}, "to be deleted")
    searches.delete_search(made["id"])
    assert list(searches.list_searches()) == []
    assert session.outcomes["Successful"] == 3


@pytest.mark.parametrize("kind", [*CLIENTS.values(), planet.AsyncPlanet], ids=lambda kind: kind.__name__)
def test_a_blocking_session_in_an_async_class_is_a_clear_error(kind):
    with SyncSession(auth=Auth.none(), retry=RetryPolicy()) as session:
        with pytest.raises(ArgumentTypeError, match="must be an async Session, got the blocking SyncSession"):
            kind(session)


@pytest.mark.parametrize("kind", [*CLIENTS.values(), *SYNC_CLIENTS.values(), planet.AsyncPlanet, planet.Planet])
@pytest.mark.parametrize("value", ["PLAKkey", 7])
def test_what_is_not_a_session(kind, value):
    with pytest.raises(ArgumentTypeError, match=f"session must be a Session, got {type(value).__name__}"):
        kind(value)

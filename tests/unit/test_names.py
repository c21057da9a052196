"""The names that scripts, services and plugins import, and the values that they rely on."""

import importlib
import inspect
import logging
import pkgutil

import pytest

import planet
from planet._http.settings import resolve_base_url

CLIENTS = (
    "DataClient DestinationsClient FeaturesClient MosaicsClient OrdersClient QuotaClient SubscriptionsClient"
)  # fmt: skip
NAMES = {
    "planet": f"{CLIENTS} Auth PlanetOAuthScopes collect data_filter order_request Planet reporting Session"
    " subscription_request __version__ auth auth_builtins clients constants exceptions geojson http io models specs"
    " sync",
    "planet.http": "Auth AuthType BaseSession Session RETRY_EXCEPTIONS MAX_RETRIES MAX_RETRY_BACKOFF"
    " DEFAULT_READ_TIMEOUT_SECS RATE_LIMIT MAX_ACTIVE LOGGER",
    "planet.models": "Response StreamingResponse StreamingBody Paged GeoInterface Feature GeojsonLike Mosaic Series Quad",
    "planet.io": "collect str_to_datetime RFC3339_FORMAT",
    "planet.geojson": "as_geom_or_ref as_ref as_polygon as_featurecollection convert_ref_to_dict geom_from_geojson"
    " split_ref validate_geom_as_geojson validate_ref GEOJSON_TYPES",
    "planet.exceptions": "PlanetError APIError BadQuery InvalidAPIKey NoPermission MissingResource Conflict"
    " TooManyRequests OverQuota ServerError BadGateway InvalidIdentity ClientError PagingError GeoJSONError FeatureError",
    "planet.constants": "DATA_DIR PLANET_BASE_URL SECRET_FILE_PATH _SUBSCRIPTION_TOOL_WEIGHT",
    "planet.auth": "Auth AuthType APIKeyAuthException",
    "planet.auth_builtins": "PlanetOAuthScopes",
    "planet.clients": f"{CLIENTS} _client_directory",
    "planet.clients.base": "_BaseClient",
    "planet.clients.data": "DataClient Items Searches BASE_URL SEARCHES_PATH STATS_PATH LIST_SORT_ORDER"
    " LIST_SEARCH_TYPE LIST_SORT_DEFAULT LIST_SEARCH_TYPE_DEFAULT SEARCH_SORT SEARCH_SORT_DEFAULT STATS_INTERVAL"
    " WAIT_DELAY WAIT_MAX_ATTEMPTS",
    "planet.clients.orders": "OrdersClient Orders OrderStates ORDER_STATE_SEQUENCE BASE_URL STATS_PATH ORDERS_PATH"
    " BULK_PATH",
    "planet.clients.subscriptions": "SubscriptionsClient BASE_URL",
    "planet.clients.features": "FeaturesClient BASE_URL",
    "planet.clients.quota": "QuotaClient BASE_URL",
    "planet.clients.mosaics": "MosaicsClient BBox Number BASE_URL",
    "planet.clients.destinations": "DestinationsClient BASE_URL DEFAULT_DESTINATION_REF",
    "planet.sync": "Planet",
    "planet.sync.client": "Planet Session SYNC_CLIENT_X_PLANET_APP",
    "planet.sync.data": "DataAPI",
    "planet.sync.orders": "OrdersAPI",
    "planet.sync.subscriptions": "SubscriptionsAPI",
    "planet.sync.features": "FeaturesAPI",
    "planet.sync.mosaics": "MosaicsAPI",
    "planet.sync.destinations": "DestinationsAPI",
    "planet.sync.quota": "QuotaAPI",
    "planet.data_filter": "empty_filter and_filter or_filter not_filter date_range_filter range_filter update_filter"
    " geometry_filter number_in_filter string_in_filter asset_filter permission_filter std_quality_filter",
    "planet.order_request": "build_request product notifications delivery amazon_s3 azure_blob_storage"
    " google_cloud_storage google_earth_engine oracle_cloud_storage s3_compatible destination default_destination"
    " clip_tool composite_tool coregister_tool file_format_tool reproject_tool tile_tool toar_tool harmonize_tool"
    " band_math_tool sentinel_hub _tool",
    "planet.subscription_request": "NOTIFICATIONS_TOPICS REPROJECT_KERNEL REPROJECT_KERNEL_DEFAULT build_request"
    " catalog_source subscription_source amazon_s3 azure_blob_storage google_earth_engine google_cloud_storage"
    " oracle_cloud_storage s3_compatible destination default_destination notifications band_math_tool file_format_tool"
    " harmonize_tool reproject_tool toar_tool FilterValue cloud_filter_tool sentinel_hub",
    "planet.reporting": "ProgressBar StateBar AssetStatusBar",
    "planet.specs": "SUPPORTED_TOOLS SUPPORTED_ORDER_TYPES SUPPORTED_ARCHIVE_TYPES SUPPORTED_FILE_FORMATS"
    " HARMONIZE_TOOL_TARGET_SENSORS BAND_MATH_PIXEL_TYPE BAND_MATH_PIXEL_TYPE_DEFAULT PRODUCT_BUNDLES"
    " SpecificationException NoMatchException FetchBundlesSpecError get_match validate_item_type"
    " validate_data_item_type validate_bundle validate_supported_bundles validate_asset_type validate_order_type"
    " validate_archive_type validate_tool validate_file_format get_data_item_types get_item_types get_bundle_names"
    " get_product_bundles get_supported_assets",
    "planet.cli.cli": "main",
    "planet.cli.cmds": "command coro translate_exceptions",
    "planet.cli.options": "limit pretty compact",
    "planet.cli.types": "",
    "planet.cli.validators": "check_geom",
    "planet.cli.io": "echo_json",
    "planet.cli.session": "CliSession",
    "planet.types.destinations": "DestinationType AmazonS3Params AmazonS3PatchParams AzureCloudStorageParams"
    " AzureCloudStoragePatchParams GoogleCloudStorageParams GoogleCloudStoragePatchParams OracleCloudStorageParams"
    " OracleCloudStoragePatchParams S3CompatibleParams S3CompatiblePatchParams DestinationParameters"
    " DestinationPatchParameters DestinationRequest DestinationPatchRequest DefaultDestinationRequest Destination"
    " DestinationsResponse Links Ownership Permissions Error",
    **{f"planet.cli.{group}": group for group in ("data", "orders", "subscriptions", "features", "mosaics")},
    **{f"planet.cli.{group}": group for group in ("destinations", "quota", "auth", "collect")},
}
VALUES = {
    "planet.http": {"MAX_RETRIES": 5, "MAX_RETRY_BACKOFF": 64, "DEFAULT_READ_TIMEOUT_SECS": 125.0, "RATE_LIMIT": 10,
                    "MAX_ACTIVE": 50, "LOGGER": logging.getLogger("planet.http")},
    "planet.io": {"RFC3339_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ"},
    "planet.geojson": {"GEOJSON_TYPES": ["Feature"]},
    "planet.constants": {"PLANET_BASE_URL": "https://api.planet.com"},
    "planet.clients.data": {
        "BASE_URL": "https://api.planet.com/data/v1/", "SEARCHES_PATH": "/searches", "STATS_PATH": "/stats",
        "LIST_SORT_ORDER": ("created desc", "created asc"), "LIST_SORT_DEFAULT": "created desc",
        "LIST_SEARCH_TYPE": ("any", "saved", "quick"), "LIST_SEARCH_TYPE_DEFAULT": "any",
        "SEARCH_SORT": ("published desc", "published asc", "acquired desc", "acquired asc"),
        "SEARCH_SORT_DEFAULT": "published desc", "STATS_INTERVAL": ("hour", "day", "week", "month", "year"),
        "WAIT_DELAY": 5, "WAIT_MAX_ATTEMPTS": 200,
    },
    "planet.clients.orders": {"BASE_URL": "https://api.planet.com/compute/ops", "STATS_PATH": "/stats/orders/v2",
                              "ORDERS_PATH": "/orders/v2", "BULK_PATH": "/bulk/orders/v2"},
    "planet.clients.subscriptions": {"BASE_URL": "https://api.planet.com/subscriptions/v1/"},
    "planet.clients.features": {"BASE_URL": "https://api.planet.com/features/v1/ogc/my/"},
    "planet.clients.mosaics": {"BASE_URL": "https://api.planet.com/basemaps/v1"},
    "planet.clients.destinations": {"BASE_URL": "https://api.planet.com/destinations/v1/",
                                    "DEFAULT_DESTINATION_REF": "pl:destinations/default"},
    "planet.clients.quota": {"BASE_URL": "https://api.planet.com/account/v1"},
    "planet.sync.client": {"SYNC_CLIENT_X_PLANET_APP": "python-sdk-sync"},
}  # fmt: skip


@pytest.mark.parametrize("module", NAMES)
def test_every_name_can_be_imported(module):
    loaded = importlib.import_module(module)
    assert [name for name in NAMES[module].split() if not hasattr(loaded, name)] == []


@pytest.mark.parametrize("module", VALUES)
def test_constants_have_their_values(module):
    loaded = importlib.import_module(module)
    assert {name: getattr(loaded, name) for name in VALUES[module]} == VALUES[module]


def test_names_are_the_same_things_everywhere():
    from planet.clients import _client_directory
    from planet.clients.base import _BaseClient
    from planet.http import AuthType, BaseSession
    from planet.sync.client import Session

    assert Session is planet.Session is BaseSession
    assert AuthType is planet.Auth
    assert {client.__name__ for client in _client_directory.values()} == set(CLIENTS.split())
    for name, client in _client_directory.items():
        assert issubclass(client, _BaseClient)
        assert client is getattr(planet, client.__name__)
        assert isinstance(planet.Session(auth=planet.Auth.from_key("abc")).client(name), client)


@pytest.mark.parametrize("name", [name for name in VALUES if "BASE_URL" in VALUES[name]])
def test_a_client_with_its_own_base_url_is_one_without(name, monkeypatch):
    monkeypatch.delenv("PL_API_BASE_URL", raising=False)
    module = importlib.import_module(name)
    kind = next(
        thing for thing in vars(module).values() if inspect.isclass(thing) and thing.__name__.endswith("Client")
    )
    session = planet.Session(auth=planet.Auth.from_key("abc"))
    assert kind(session, base_url=module.BASE_URL)._base_url == kind(session)._base_url
    assert kind(session)._base_url == resolve_base_url(module.BASE_URL)


def test_every_public_module_loads():
    for info in pkgutil.walk_packages(planet.__path__, "planet."):
        if not any(part.startswith("_") for part in info.name.split(".")) and "sandbox" not in info.name:
            loaded = importlib.import_module(info.name)
            assert [name for name in getattr(loaded, "__all__", ()) if not hasattr(loaded, name)] == []


def test_unknown_names_are_attribute_errors():
    for module in ("planet", "planet.models", "planet.sync.client", "planet.cli.session"):
        with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'nothing'"):
            _ = importlib.import_module(module).nothing

"""The catalogue of item types, product bundles and asset types, and validation against it.

A catalogue ships with the package, so that building a request needs no network. `refresh()` fetches the current
one and saves it for later runs. A value that is not in the catalogue raises an error that suggests similar ones.
If the service has newer values, refresh the catalogue, or build the request with `validate=False`.
"""

from ._builders.catalog import (
    BAND_MATH_PIXEL_TYPE,
    BAND_MATH_PIXEL_TYPE_DEFAULT,
    HARMONIZE_TOOL_TARGET_SENSORS,
    PRODUCT_BUNDLES,
    SUPPORTED_ARCHIVE_TYPES,
    SUPPORTED_FILE_FORMATS,
    SUPPORTED_ORDER_TYPES,
    SUPPORTED_TOOLS,
    get_bundle_names,
    get_data_item_types,
    get_item_types,
    get_match,
    get_product_bundles,
    get_supported_assets,
    use_spec,
    validate_archive_type,
    validate_asset_type,
    validate_bundle,
    validate_data_item_type,
    validate_file_format,
    validate_item_type,
    validate_order_type,
    validate_supported_bundles,
    validate_tool,
)
from .exceptions import FetchBundlesSpecError, NoMatchException, SpecificationException

__all__ = [
    "BAND_MATH_PIXEL_TYPE",
    "BAND_MATH_PIXEL_TYPE_DEFAULT",
    "HARMONIZE_TOOL_TARGET_SENSORS",
    "PRODUCT_BUNDLES",
    "SUPPORTED_ARCHIVE_TYPES",
    "SUPPORTED_FILE_FORMATS",
    "SUPPORTED_ORDER_TYPES",
    "SUPPORTED_TOOLS",
    "FetchBundlesSpecError",
    "NoMatchException",
    "SpecificationException",
    "get_bundle_names",
    "get_data_item_types",
    "get_item_types",
    "get_match",
    "get_product_bundles",
    "get_supported_assets",
    "refresh",
    "use_spec",
    "validate_archive_type",
    "validate_asset_type",
    "validate_bundle",
    "validate_data_item_type",
    "validate_file_format",
    "validate_item_type",
    "validate_order_type",
    "validate_supported_bundles",
    "validate_tool",
]


def refresh(base_url: str | None = None) -> None:
    """Fetch the current catalogue, and save it for later runs. Blocks; needs no credentials.

    `GET /compute/ops/bundles/spec`. Asynchronous programs call `await OrdersClient(session).refresh_specs()`.

    Raises:
        FetchBundlesSpecError: the catalogue could not be fetched; the one in use stays.
    """
    from ._sync.session import SyncSession
    from .auth import Auth
    from .exceptions import PlanetError

    with SyncSession(auth=Auth.none(), base_url=base_url) as session:
        try:
            answer = session.request("GET", f"{session.base_url}/compute/ops/bundles/spec", response_type=dict)
        except PlanetError as error:
            raise FetchBundlesSpecError(f"The catalogue could not be fetched: {error}") from None
        use_spec(answer.json())

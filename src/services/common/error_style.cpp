#include "services/common/error_style.hpp"

namespace slipway::services {

auth::ErrorStyle error_style(wire::Protocol protocol) {
  switch (protocol) {
    case wire::Protocol::json:
      return auth::ErrorStyle::json;
    case wire::Protocol::rest_json:
      return auth::ErrorStyle::rest_json;
    case wire::Protocol::query:
      return auth::ErrorStyle::query;
    case wire::Protocol::ec2:
      return auth::ErrorStyle::ec2;
    case wire::Protocol::rest_xml:
      return auth::ErrorStyle::rest_xml;
  }
  return auth::ErrorStyle::json;
}

}  // namespace slipway::services

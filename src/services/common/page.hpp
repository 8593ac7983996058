#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway::services {

// Pagination tokens. A token holds the key of the last item given and a digest of what was asked, so that it
// is refused with another question. Opaque to clients, stateless for us.
std::string page_token(std::string_view last_key, std::string_view question);
// The key after which to go on; nothing for a token that we did not give, or for another question.
std::optional<std::string> open_page_token(std::string_view token, std::string_view question);

}  // namespace slipway::services

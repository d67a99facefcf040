#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/http/message.hpp"

namespace patchcord::gateway {

/// Answers a request, at once or later, on the same thread. The first call counts; one for a connection that is gone
/// does nothing.
using HttpRespond = std::function<void(HttpResponse)>;
/// The request is good for the call only.
using HttpHandler = std::function<void(const HttpRequest&, HttpRespond)>;

/// Which path is whose. Paths are compared to the letter.
class HttpRoutes {
  public:
    /// `method` is GET, which HEAD shares, or POST.
    void add(std::string method, std::string path, HttpHandler handler);
    /// Hands the request to its handler, or answers 404 or 405.
    void dispatch(const HttpRequest& request, HttpRespond respond) const;

  private:
    struct Route {
        std::string method;
        std::string path;
        HttpHandler handler;
    };

    std::vector<Route> routes_;
};

}  // namespace patchcord::gateway

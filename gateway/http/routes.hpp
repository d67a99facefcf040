#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"

namespace patchcord::gateway {

/// Answers a request, at once or later, on the same thread. The first call counts; one for a connection that is gone
/// does nothing.
using HttpRespond = std::function<void(HttpResponse)>;
/// The request is good for the call only.
using HttpHandler = std::function<void(const HttpRequest&, HttpRespond)>;

/// A request whose body is still to come.
struct HttpIntake {
    /// Answers, at once or later. Before the body has come, it refuses the rest of it, and the connection ends.
    HttpRespond respond;
    /// Wants the body, at once or later; nothing of it is read before.
    std::function<void(std::unique_ptr<HttpBodySink>)> take;
};
/// The request, whose `body` is empty, is good for the call only.
using HttpUploadHandler = std::function<void(const HttpRequest&, HttpIntake)>;

/// Which path is whose. Paths are compared to the letter; one that ends in `*` stands for all that begin so.
class HttpRoutes {
  public:
    /// `method` is GET, which HEAD shares, or POST, or any other that is asked for.
    void add(std::string method, std::string path, HttpHandler handler);
    /// A route whose body is not read as a whole.
    void add_upload(std::string method, std::string path, HttpUploadHandler handler);
    /// Is the body of such a request read as a stream? Then `dispatch_upload` is for it.
    [[nodiscard]] bool is_upload(std::string_view method, std::string_view path) const;
    /// Hands the request to its handler, or answers 404 or 405.
    void dispatch(const HttpRequest& request, HttpRespond respond) const;
    void dispatch_upload(const HttpRequest& request, HttpIntake intake) const;

  private:
    struct Route {
        std::string method;
        std::string path;
        HttpHandler handler;
        HttpUploadHandler upload;
    };

    [[nodiscard]] static bool fits(const Route& route, std::string_view path);
    [[nodiscard]] const Route* find_upload(std::string_view method, std::string_view path) const;

    std::vector<Route> routes_;
};

}  // namespace patchcord::gateway

#include "gateway/http/routes.hpp"

#include <utility>

namespace patchcord::gateway {
namespace {

HttpResponse make_wrong_method(std::string allowed) {
    HttpResponse response = make_plain_response(405);
    response.headers.emplace_back("Allow", std::move(allowed));
    return response;
}

}  // namespace

void HttpRoutes::add(std::string method, std::string path, HttpHandler handler) {
    routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

void HttpRoutes::dispatch(const HttpRequest& request, HttpRespond respond) const {
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    std::string allowed;
    for (const Route& route : routes_) {
        if (route.path != request.path) continue;
        if (route.method == method) {
            route.handler(request, std::move(respond));
            return;
        }
        if (!allowed.empty()) allowed += ", ";
        allowed += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    respond(allowed.empty() ? make_plain_response(404) : make_wrong_method(std::move(allowed)));
}

}  // namespace patchcord::gateway

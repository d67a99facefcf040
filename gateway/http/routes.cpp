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
    routes_.push_back({std::move(method), std::move(path), std::move(handler), {}});
}

void HttpRoutes::add_upload(std::string method, std::string path, HttpUploadHandler handler) {
    routes_.push_back({std::move(method), std::move(path), {}, std::move(handler)});
}

bool HttpRoutes::fits(const Route& route, std::string_view path) {
    if (!route.path.ends_with('*')) return route.path == path;
    return path.starts_with(std::string_view(route.path).substr(0, route.path.size() - 1));
}

const HttpRoutes::Route* HttpRoutes::find_upload(std::string_view method, std::string_view path) const {
    for (const Route& route : routes_) {
        if (route.upload && route.method == method && fits(route, path)) return &route;
    }
    return nullptr;
}

bool HttpRoutes::is_upload(std::string_view method, std::string_view path) const {
    return find_upload(method, path) != nullptr;
}

void HttpRoutes::dispatch(const HttpRequest& request, HttpRespond respond) const {
    const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
    std::string allowed;
    for (const Route& route : routes_) {
        if (!fits(route, request.path)) continue;
        if (route.handler && route.method == method) {
            route.handler(request, std::move(respond));
            return;
        }
        if (!allowed.empty()) allowed += ", ";
        allowed += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    respond(allowed.empty() ? make_plain_response(404) : make_wrong_method(std::move(allowed)));
}

void HttpRoutes::dispatch_upload(const HttpRequest& request, HttpIntake intake) const {
    if (const Route* route = find_upload(request.method, request.path)) {
        route->upload(request, std::move(intake));
    } else {
        intake.respond(make_plain_response(404));
    }
}

}  // namespace patchcord::gateway

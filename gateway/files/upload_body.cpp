#include "gateway/files/upload_body.hpp"

#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"

namespace patchcord::gateway {
namespace {

constexpr unsigned too_large = 413;
constexpr unsigned no_storage = 507;
constexpr std::uint64_t form_room = 64 * 1024;  // for what a form has besides the file

unsigned status_for(SpoolLimit limit) {
    return limit == SpoolLimit::total_quota || limit == SpoolLimit::disk ? no_storage : too_large;
}

}  // namespace

UploadBody::UploadBody(Spool& spool, Plan plan, Events events)
    : spool_(spool), plan_(std::move(plan)), events_(std::move(events)) {
    if (plan_.boundary.empty()) return;
    form_.emplace(plan_.boundary,
                  MultipartReader::Events{[this](const std::string& name) { plan_.name = chat::clean_file_name(name); },
                                          [this](std::string_view bytes) { store(bytes); }});
}

unsigned UploadBody::make(Spool& spool, Plan plan, Events events, std::unique_ptr<UploadBody>& into) {
    std::unique_ptr<UploadBody> made(new UploadBody(spool, std::move(plan), std::move(events)));
    const unsigned status = made->begin();
    made->over_ = status != 0;  // the caller is told so already
    if (status == 0) into = std::move(made);
    return status;
}

unsigned UploadBody::begin() {
    const std::uint64_t around = form_ ? form_room : 0;
    if (plan_.length && *plan_.length > plan_.max_size + around) {
        spool_.limit_hit(SpoolLimit::max_size, plan_.owner);
        return too_large;
    }
    const auto limit = spool_.obstacle(plan_.owner, plan_.length);
    auto writer = spool_.begin(plan_.token, plan_.owner, plan_.name, plan_.length);
    if (!writer) return limit ? status_for(*limit) : no_storage;
    writer_ = std::move(*writer);
    return 0;
}

void UploadBody::take(std::string_view bytes) {
    if (over_) return;
    if (!form_) {
        store(bytes);
    } else if (!form_->feed(bytes)) {
        fail(bad_request);
    }
}

void UploadBody::store(std::string_view bytes) {
    if (over_) return;
    if (bytes.size() > plan_.max_size - writer_->file()->size()) {
        spool_.limit_hit(SpoolLimit::max_size, plan_.owner);
        return fail(too_large);
    }
    if (!writer_->append(bytes)) return;
    const auto limit = spool_.obstacle(plan_.owner, bytes.size());
    fail(limit ? status_for(*limit) : no_storage);
}

void UploadBody::fail(unsigned status) {
    if (std::exchange(over_, true)) return;
    writer_->abandon();
    events_.failed(status);
}

/// The answer waits until the file is sure to outlive a restart.
void UploadBody::finish() {
    if (over_) return;
    if (form_ && !form_->has_file()) return fail(bad_request);
    over_ = true;
    const SpooledFile file{plan_.token, {}, plan_.owner, plan_.name, writer_->file()->size(), {}};
    spool_.metrics().uploads.add();
    writer_->complete_or_delete(plan_.name, [file, events = events_](std::error_code error) {
        if (error) {
            events.failed(no_storage);
        } else {
            events.kept(file);
        }
    });
}

}  // namespace patchcord::gateway

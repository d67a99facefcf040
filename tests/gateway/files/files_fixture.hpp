#pragma once

#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chat_core/file_error.hpp"
#include "gateway/files/upload_service.hpp"
#include "tests/gateway/http/http_test.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_accounts.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::tests {

using namespace std::chrono_literals;

/// The index of a spool, in memory.
struct MemoryIndex {
    std::map<std::string, gateway::SpooledFile> files;
    std::error_code refuses;
    bool holds = false;  // answers to `save` wait in `held`
    std::vector<gateway::Spool::Done> held;

    gateway::Spool::Index calls() {
        return {[this](const gateway::SpooledFile& file, const gateway::Spool::Done& done) {
                    if (holds) return held.push_back(done);
                    if (!refuses) files[file.token] = file;
                    done(refuses);
                },
                [this](const std::string& token) { files.erase(token); }};
    }
    [[nodiscard]] std::vector<gateway::SpooledFile> all() const {
        std::vector<gateway::SpooledFile> list;
        for (const auto& [token, file] : files) list.push_back(file);
        return list;
    }
};

/// A spool in a directory of its own.
class SpoolFixture : public testing::Test {
  protected:
    SpoolFixture() { restart(); }

    /// As the next start of the process would find it.
    void restart() {
        spool_.reset();
        registry_ = std::make_unique<chat::MetricRegistry>();
        std::unique_ptr<gateway::SpoolDirectory> directory;
        EXPECT_EQ(gateway::SpoolDirectory::open(data_.path().string(), directory), "");
        spool_ = std::make_unique<gateway::Spool>(
            gateway::Spool::Parts{scheduler_, log_, *registry_, std::move(directory), index_.calls()}, options_);
        spool_->load(index_.all());
    }
    /// Files in the directory.
    [[nodiscard]] std::size_t on_disk() const {
        const auto all = std::filesystem::directory_iterator(data_.path() / "files");
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    /// Something that is kept, whole.
    void keep(const std::string& token, const std::string& bytes, const std::string& owner = "ana") {
        auto writer = spool_->begin(token, owner, token + ".txt", bytes.size());
        ASSERT_TRUE(writer);
        ASSERT_FALSE((*writer)->append(bytes));
        (*writer)->complete([](std::error_code error) { EXPECT_FALSE(error); });
    }
    [[nodiscard]] std::string content(const std::string& token) {
        const auto file = spool_->open(token);
        std::string bytes;
        if (file != nullptr) {
            EXPECT_FALSE(file->read(0, 1'000'000, bytes));
        }
        return bytes;
    }
    [[nodiscard]] std::int64_t hits(const std::string& limit) const {
        return registry_->value("patchcord_spool_limit_hits_total", "limit=\"" + limit + "\"");
    }

    TemporaryDirectory data_;
    ManualScheduler scheduler_;
    RecordingLog log_;
    MemoryIndex index_;
    gateway::SpoolOptions options_{1000, 2000, 3, 1h};
    std::unique_ptr<chat::MetricRegistry> registry_;
    std::unique_ptr<gateway::Spool> spool_;
};

/// Files over HTTP, of people who are here.
class FilesFixture : public SpoolFixture {
  protected:
    FilesFixture() {
        desk_ = std::make_unique<chat::FileDesk>(service_, *registry_, chat::FileOptions{});
        drop_ = std::make_unique<gateway::HttpFileDrop>(gateway::HttpFileDrop::Parts{
            scheduler_, log_, *desk_, *spool_, throttle_,
            [this](std::function<void()> then) { scheduler_.after(0ms, std::move(then)); }});
        drop_->set_base_url("http://files.example");
        desk_->set_drop(drop_.get());
        uploads_ = std::make_unique<gateway::UploadService>(
            gateway::UploadService::Parts{scheduler_, log_, service_, *desk_, *spool_, *drop_, throttle_, accounts_});
        gateway::HttpRoutes routes;
        drop_->add_routes(routes);
        uploads_->add_routes(routes);
        metrics_ = std::make_unique<gateway::HttpMetrics>(*registry_);
        server_ = std::make_unique<gateway::HttpServer>(scheduler_, log_, *metrics_, gateway::HttpOptions{},
                                                        std::move(routes));
        room_ = *service_.get_group("#room");
        EXPECT_FALSE(ana_.user().join(*room_));
        EXPECT_FALSE(bob_.user().join(*room_));
        ana_.take();
        bob_.take();
    }

    ~FilesFixture() override {
        desk_->shut_down();
        desk_->set_drop(nullptr);
    }

    static std::string get(const std::string& link, std::string_view headers = {}) {
        return tests::get(path_of(link), headers);
    }
    static std::string path_of(const std::string& link) {
        const std::string base = "http://files.example";
        EXPECT_TRUE(link.starts_with(base)) << link;
        return link.substr(base.size());
    }

    ManualAccounts accounts_;
    chat::ChatService service_{service_options(), scheduler_};
    std::unique_ptr<chat::FileDesk> desk_;
    gateway::LoginThrottle throttle_{{5, 0.1}, 100};
    std::unique_ptr<gateway::HttpFileDrop> drop_;
    std::unique_ptr<gateway::UploadService> uploads_;
    std::unique_ptr<gateway::HttpMetrics> metrics_;
    std::unique_ptr<gateway::HttpServer> server_;
    Visitor ana_{service_, "ana"};
    Visitor bob_{service_, "bob"};
    chat::Group* room_ = nullptr;
};

}  // namespace patchcord::tests

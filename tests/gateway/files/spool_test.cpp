#include "gateway/files/spool.hpp"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/gateway/files/files_fixture.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using SpoolTest = tests::SpoolFixture;

TEST_F(SpoolTest, AFileIsReadWhileItIsWrittenAndWhenItIsWhole) {
    auto writer = *spool_->begin("token", "ana", "a.txt", 5);
    ASSERT_FALSE(writer->append("he"));
    EXPECT_EQ(content("token"), "he");
    int told = 0;
    writer->file()->when_changed([&] { ++told; });
    ASSERT_FALSE(writer->append("llo"));
    ASSERT_FALSE(writer->append(""));
    EXPECT_EQ(told, 1) << "who waits is told once";
    EXPECT_TRUE(index_.files.empty()) << "only what is whole outlives a restart";
    writer->complete([](std::error_code error) { EXPECT_FALSE(error); });
    EXPECT_EQ(content("token"), "hello");
    ASSERT_TRUE(spool_->find("token"));
    EXPECT_EQ(spool_->find("token")->name, "a.txt");
    EXPECT_EQ(index_.files["token"].size, 5U);
}

TEST_F(SpoolTest, OnlyWeCanReadWhatLiesThereByANameOfOurs) {
    keep("token", "hello");
    struct stat what {};
    ASSERT_EQ(::stat(data_.file("files").c_str(), &what), 0);
    EXPECT_EQ(what.st_mode & 0777U, 0700U);
    const std::string stored = index_.files["token"].stored_name;
    EXPECT_NE(stored, "token");
    EXPECT_EQ(stored.size(), 26U);
    ASSERT_EQ(::stat(data_.file("files/" + stored).c_str(), &what), 0);
    EXPECT_EQ(what.st_mode & 0777U, 0600U);
}

TEST_F(SpoolTest, WhatIsNotCompletedIsDeleted) {
    {
        const auto writer = *spool_->begin("token", "ana", "a.txt", 5);
        ASSERT_FALSE(writer->append("he"));
        EXPECT_EQ(on_disk(), 1U);
    }
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_FALSE(spool_->find("token"));
    EXPECT_FALSE(spool_->obstacle("ana", 1000)) << "and counts no more";
}

TEST_F(SpoolTest, AnAnswerOfTheIndexThatComesAfterTheEndDoesNoHarm) {
    index_.holds = true;
    auto writer = *spool_->begin("token", "ana", "a.txt", 0);
    std::error_code told;
    writer->complete_or_delete({}, [&](std::error_code error) { told = error; });
    spool_.reset();
    index_.held.front()(chat::FileErrc::no_space);
    EXPECT_EQ(told, chat::FileErrc::no_space);
}

TEST_F(SpoolTest, WhoReadsWhatBreaksOffIsToldSo) {
    auto writer = *spool_->begin("token", "ana", "a.txt", 5);
    const auto file = spool_->open("token");
    bool told = false;
    file->when_changed([&] { told = true; });
    writer.reset();
    EXPECT_TRUE(told);
    EXPECT_EQ(file->state(), SpoolFile::State::broken);
}

TEST_F(SpoolTest, ARestartKeepsWhatIsWholeWithItsTimeAndDeletesTheRest) {
    keep("token", "hello");
    auto writer = *spool_->begin("half", "ana", "b.txt", 5);
    ASSERT_FALSE(writer->append("he"));
    std::ofstream(data_.file("files/stray")) << "left by a crash";
    std::filesystem::create_symlink("/etc/passwd", data_.file("files/link"));
    scheduler_.advance(59min);
    restart();
    EXPECT_EQ(on_disk(), 1U);
    EXPECT_TRUE(std::filesystem::exists("/etc/passwd"));
    EXPECT_EQ(content("token"), "hello");
    EXPECT_EQ(registry_->value("patchcord_spool_bytes"), 5);
    scheduler_.advance(2min);
    EXPECT_FALSE(spool_->find("token"));
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_TRUE(index_.files.empty());
}

TEST_F(SpoolTest, WhatLostItsBytesMeanwhileIsForgotten) {
    keep("token", "hello");
    std::filesystem::resize_file(data_.file("files/" + index_.files["token"].stored_name), 3);
    restart();
    EXPECT_FALSE(spool_->find("token"));
    EXPECT_TRUE(index_.files.empty());
}

TEST_F(SpoolTest, ALinkPutInAFilesPlaceIsNotFollowed) {
    keep("token", "hello");
    const std::string stored = data_.file("files/" + index_.files["token"].stored_name);
    std::filesystem::remove(stored);
    std::filesystem::create_symlink(data_.write("secret", "key__"), stored);
    EXPECT_EQ(spool_->open("token"), nullptr);
    restart();
    EXPECT_FALSE(spool_->find("token"));
    EXPECT_EQ(tests::read_all(data_.file("secret")), "key__");
}

TEST_F(SpoolTest, NamesThatLeadElsewhereAreNone) {
    for (const char* name : {"", ".", "..", "../secret", "/etc/passwd", "a/b", "A", "a.b", "a\n"})
        EXPECT_FALSE(SpoolDirectory::is_name(name)) << name;
    EXPECT_FALSE(SpoolDirectory::is_name(std::string("a\0b", 3)));
    EXPECT_TRUE(SpoolDirectory::is_name("abc234"));
}

TEST_F(SpoolTest, QuotasAreOfOneOwnerAndOfAll) {
    keep("one", std::string(600, 'x'));
    EXPECT_EQ(spool_->obstacle("ana", 401), SpoolLimit::quota);
    EXPECT_FALSE(spool_->obstacle("ana", 400));
    EXPECT_FALSE(spool_->begin("two", "ana", "b", 401));
    EXPECT_EQ(hits("quota"), 1);
    keep("two", std::string(1000, 'x'), "bob");
    EXPECT_EQ(spool_->obstacle("carol", 401), SpoolLimit::total_quota);
    spool_->remove("two");
    EXPECT_FALSE(spool_->obstacle("carol", 1000));
}

TEST_F(SpoolTest, WhatIsAnnouncedIsSetAsideAtOnce) {
    const auto writer = *spool_->begin("one", "ana", "a", 900);
    EXPECT_EQ(spool_->obstacle("ana", 101), SpoolLimit::quota);
    EXPECT_EQ(registry_->value("patchcord_spool_bytes"), 900);
}

TEST_F(SpoolTest, WhatIsNotAnnouncedCountsAsItComes) {
    const auto writer = *spool_->begin("one", "ana", "a", std::nullopt);
    ASSERT_FALSE(writer->append(std::string(1000, 'x')));
    EXPECT_FALSE(spool_->find("one")) << "nobody can be told how long it is";
    EXPECT_EQ(writer->append("x"), chat::FileErrc::no_space);
    EXPECT_EQ(hits("quota"), 1);
}

TEST_F(SpoolTest, EmptyFilesAreCountedToo) {
    for (const char* token : {"one", "two", "three"}) keep(token, "");
    EXPECT_EQ(spool_->obstacle("ana", 0), SpoolLimit::max_files);
    EXPECT_FALSE(spool_->begin("four", "ana", "d", 0));
    EXPECT_EQ(hits("max_files"), 1);
    EXPECT_FALSE(spool_->obstacle("bob", 0));
}

TEST_F(SpoolTest, AFileThatMayGrowNoMoreFailsAlone) {
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const rlimit small{100, old.rlim_max};
    auto full = *spool_->begin("full", "ana", "a", 500);
    auto other = *spool_->begin("other", "bob", "b", 10);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const std::error_code error = full->append(std::string(500, 'x'));
    const std::error_code fine = other->append("hello");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
    std::signal(SIGXFSZ, before);
    EXPECT_EQ(error, chat::FileErrc::no_space);
    EXPECT_FALSE(fine);
    EXPECT_EQ(hits("disk"), 1);
    full.reset();
    EXPECT_EQ(on_disk(), 1U);
}

TEST_F(SpoolTest, AFileThatIsDeletedIsReadToItsEndByWhoHoldsIt) {
    keep("token", "hello");
    const auto file = spool_->open("token");
    spool_->remove("token");
    std::string bytes;
    EXPECT_FALSE(file->read(0, 100, bytes));
    EXPECT_EQ(bytes, "hello");
    EXPECT_EQ(on_disk(), 0U);
}

}  // namespace
}  // namespace patchcord::gateway

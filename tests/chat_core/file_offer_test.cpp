#include "chat_core/file_offer.hpp"

#include <gtest/gtest.h>

namespace patchcord::chat {
namespace {

TEST(FileOfferTest, WhatPeopleAreToldHasNameSizeAndLink) {
    FileOffer offer;
    offer.name = "cat.jpg";
    offer.size = 12'600;
    EXPECT_EQ(describe(offer), "offers a file: cat.jpg (12 KiB)");
    offer.link = "http://files.test/x/cat.jpg";
    EXPECT_EQ(describe(offer), "offers a file: cat.jpg (12 KiB): http://files.test/x/cat.jpg");
}

TEST(FileOfferTest, FourOfTheStatesAreAnEnd) {
    for (const FileState state : {FileState::completed, FileState::declined, FileState::cancelled, FileState::failed}) {
        EXPECT_TRUE(has_ended(state));
    }
    for (const FileState state : {FileState::offered, FileState::accepted, FileState::transferring}) {
        EXPECT_FALSE(has_ended(state));
    }
}

}  // namespace
}  // namespace patchcord::chat

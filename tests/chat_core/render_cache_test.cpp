#include "chat_core/render_cache.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace patchcord::chat {
namespace {

RenderKey key_of(std::uint64_t dialect, std::uint8_t protocol = 1) {
    return {static_cast<ProtocolId>(protocol), dialect};
}

TEST(RenderCacheTest, ASecondRequestForAKeyGetsTheSameBytesWithoutRendering) {
    RenderCache cache;
    int rendered = 0;
    const auto render = [&] { return "line " + std::to_string(++rendered); };
    const WireBytes first = cache.get_or_render(key_of(1), render);
    const WireBytes second = cache.get_or_render(key_of(1), render);
    EXPECT_EQ(rendered, 1);
    EXPECT_EQ(first, second);
    EXPECT_EQ(*first, "line 1");
    EXPECT_EQ(cache.size(), 1U);
}

TEST(RenderCacheTest, KeysDifferInProtocolAsWellAsInDialect) {
    RenderCache cache;
    EXPECT_EQ(*cache.get_or_render(key_of(5, 1), [] { return std::string("a"); }), "a");
    EXPECT_EQ(*cache.get_or_render(key_of(5, 2), [] { return std::string("b"); }), "b");
    EXPECT_EQ(*cache.get_or_render(key_of(6, 1), [] { return std::string("c"); }), "c");
    EXPECT_EQ(cache.size(), 3U);
}

TEST(RenderCacheTest, AKeyOfZeroesIsNotTakenForAnUnusedPlace) {
    RenderCache cache;
    EXPECT_EQ(*cache.get_or_render(RenderKey{}, [] { return std::string("zero"); }), "zero");
    EXPECT_EQ(cache.size(), 1U);
}

TEST(RenderCacheTest, AnEmptyRenderingIsRememberedToo) {
    RenderCache cache;
    int rendered = 0;
    for (std::uint64_t dialect = 0; dialect < 20; ++dialect) {
        for (int again = 0; again < 2; ++again) {
            cache.get_or_render(key_of(dialect), [&] {
                ++rendered;
                return std::string();
            });
        }
    }
    EXPECT_EQ(rendered, 20);
}

TEST(RenderCacheTest, EachOfManyKeysIsRenderedOnceAndKeepsItsBytes) {
    RenderCache cache;
    int rendered = 0;
    std::vector<WireBytes> first_round;
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t dialect = 0; dialect < 100; ++dialect) {
            const WireBytes bytes = cache.get_or_render(key_of(dialect), [&] {
                ++rendered;
                return std::to_string(dialect);
            });
            EXPECT_EQ(*bytes, std::to_string(dialect));
            if (round == 0) first_round.push_back(bytes);
            EXPECT_EQ(bytes, first_round[dialect]);
        }
    }
    EXPECT_EQ(rendered, 100);
    EXPECT_EQ(cache.size(), 100U);
}

TEST(RenderCacheTest, BytesOutliveTheCache) {
    WireBytes kept;
    {
        RenderCache cache;
        kept = cache.get_or_render(key_of(1), [] { return std::string("kept"); });
    }
    EXPECT_EQ(*kept, "kept");
}

RC_GTEST_PROP(RenderCacheTest, AgreesWithAMapWhateverIsAskedFor, ()) {
    const auto requests = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 3), rc::gen::inRange(0, 12)));
    RenderCache cache;
    std::map<std::pair<int, int>, std::string> model;
    for (const auto& request : requests) {
        const std::string fresh = std::to_string(model.size());
        const auto expected = model.emplace(request, fresh).first->second;
        const RenderKey key =
            key_of(static_cast<std::uint64_t>(request.second), static_cast<std::uint8_t>(request.first));
        RC_ASSERT(*cache.get_or_render(key, [&] { return fresh; }) == expected);
        RC_ASSERT(cache.size() == model.size());
    }
}

}  // namespace
}  // namespace patchcord::chat

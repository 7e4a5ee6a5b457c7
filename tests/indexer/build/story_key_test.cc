#include "indexer/build/story_key.h"

#include <gtest/gtest.h>

#include <string>

namespace dateline::build {
namespace {

using article::Article;
using article::Role;
using article::Source;

Article Sample() {
  Article article;
  article.headline = "Kim, Putin hold talks";
  article.headline_source = Source::kFeed;
  article.outlet = "Echo";
  article.agencies = {{"Norwire", Role::kOrigin, Source::kFeed}};
  article.publication.instant = 0;
  return article;
}

index::Story StoryOf(const Article& article) {
  text::Analyzer analyzer;
  return build::StoryOf(article, "en", analyzer);
}

TEST(StoryKeyTest, VersionsOfOneStoryHaveOneKey) {
  const index::Story story = StoryOf(Sample());
  EXPECT_NE(story.key, 0U);
  EXPECT_EQ(story.version, 0U);
  Article other = Sample();
  other.headline = "KIM, Putin \u201chold talks\u201d";
  other.outlet = "Gazette";
  other.agencies = {{"NORWIRE", Role::kContributor, Source::kText}, {"Other", Role::kOrigin, Source::kText}};
  other.publication.instant = 86'400;
  other.version.lead = 4;
  other.version.update = 1;
  EXPECT_EQ(StoryOf(other).key, story.key);
  EXPECT_EQ(StoryOf(other).version, 0x10004U);
}

TEST(StoryKeyTest, OtherHeadlinesAndSourcesAreOtherStories) {
  const uint64_t key = StoryOf(Sample()).key;
  Article other = Sample();
  other.headline = "Kim Putin hold talk";
  EXPECT_NE(StoryOf(other).key, key);
  other = Sample();
  other.agencies[0].name = "Tidal Newswire";
  EXPECT_NE(StoryOf(other).key, key);
  other = Sample();
  other.agencies.clear();
  other.version.flags = {"CORRECTED"};
  EXPECT_NE(StoryOf(other).key, key) << "the outlet's own wire";
  EXPECT_NE(StoryOf(other).key, 0U);
}

TEST(StoryKeyTest, WhatCannotBeToldIsAStoryOfItsOwn) {
  Article article = Sample();
  article.agencies.clear();
  EXPECT_EQ(StoryOf(article), index::Story()) << "no agency, no mark";
  article = Sample();
  article.publication.instant = article::kUndated;
  EXPECT_EQ(StoryOf(article), index::Story());
  article = Sample();
  article.headline_source = Source::kLead;
  EXPECT_EQ(StoryOf(article), index::Story());
  for (const char* headline : {"", "...", " - "}) {
    article = Sample();
    article.headline = headline;
    EXPECT_EQ(StoryOf(article), index::Story()) << headline;
  }
}

TEST(StoryKeyTest, TheValueComesBack) {
  for (const index::Story story : {index::Story{1, 0}, index::Story{0xFEDCBA9876543210, 0x80020003}}) {
    EXPECT_EQ(index::StoryBytes(story).size(), index::kStoryBytes);
    EXPECT_EQ(index::StoryFromBytes(index::StoryBytes(story)), story);
  }
  EXPECT_EQ(index::StoryFromBytes("short"), index::Story());
}

}  // namespace
}  // namespace dateline::build

//===- RecipeTest.cpp - recipes as text ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Recipe.h"

#include <gtest/gtest.h>

using namespace weft::compression;

namespace {

std::string errorOf(llvm::StringRef text) {
  auto recipe = parseRecipe(text);
  return recipe ? "" : recipe.message();
}

TEST(Recipe, PrintsWhatItParsed) {
  for (const char *text : {"cluster", "cluster{k=16}", "cluster{k=8 layers=fc*},cluster{k=4 granularity=channel layers={a,b}}"}) {
    auto recipe = parseRecipe(text);
    ASSERT_TRUE(recipe) << recipe.message();
    EXPECT_EQ(printRecipe(*recipe), text);
  }
  EXPECT_TRUE(parseRecipe("")->empty());
}

TEST(Recipe, SaysWhatIsWrongAndWhatIsNearest) {
  EXPECT_EQ(errorOf("clutser"), "unknown compression scheme 'clutser'; known are cluster");
  EXPECT_EQ(errorOf("cluster{k=1000}"), "cluster: k=1000 is out of range; expected 2 to 256, the nearest is 256");
  EXPECT_EQ(errorOf("cluster{k=x}"), "cluster: k=x; expected a whole number");
  EXPECT_EQ(errorOf("cluster{k}"), "cluster: expected option=value, found 'k'");
  EXPECT_EQ(errorOf("cluster{size=2}"), "cluster: unknown option 'size'; known are layers, k, granularity, groups, keep-zero");
  EXPECT_EQ(errorOf("cluster{k=2"), "recipe 'cluster{k=2': a '{' is not closed");
  EXPECT_EQ(errorOf("cluster}"), "recipe 'cluster}': '}' at column 8 closes nothing");
  EXPECT_EQ(errorOf("cluster,,cluster"), "expected the name of a compression scheme, found ''");
}

TEST(Recipe, ReadsYaml) {
  auto recipe = parseRecipeYaml("- scheme: cluster\n  layers: fc*\n  k: 8\n- {scheme: cluster, k: 4}\n", "r.yaml");
  ASSERT_TRUE(recipe) << recipe.message();
  EXPECT_EQ(printRecipe(*recipe), "cluster{k=8 layers=fc*},cluster{k=4}");
}

TEST(Recipe, BadYamlNamesFileAndStep) {
  EXPECT_EQ(parseRecipeYaml("- scheme: cluster\n  k: 1\n", "r.yaml").message(),
            "r.yaml: step 1: cluster: k=1 is out of range; expected 2 to 256, the nearest is 2");
  EXPECT_EQ(parseRecipeYaml("scheme: cluster\n", "r.yaml").message(), "r.yaml: expected a list of steps");
  EXPECT_NE(parseRecipeYaml("- [", "r.yaml").message().find("r.yaml: "), std::string::npos);
}

} // namespace

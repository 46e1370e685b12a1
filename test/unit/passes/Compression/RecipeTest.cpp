//===- RecipeTest.cpp - recipes, short and in YAML -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Compression/Recipe.h"

#include <gtest/gtest.h>

using namespace weft::compression;

static std::string errorOf(llvm::Expected<Recipe> recipe) {
  return recipe ? std::string() : llvm::toString(recipe.takeError());
}

TEST(Recipe, ShortForm) {
  llvm::Expected<Recipe> recipe = parseRecipe("cluster{k=8 layers=fc*|conv1}, cluster");
  ASSERT_TRUE(static_cast<bool>(recipe));
  ASSERT_EQ(recipe->size(), 2u);
  EXPECT_EQ((*recipe)[0].integer("k"), 8);
  EXPECT_TRUE((*recipe)[0].matches("fc2"));
  EXPECT_TRUE((*recipe)[0].matches("conv1"));
  EXPECT_FALSE((*recipe)[0].matches("conv2"));
  EXPECT_EQ((*recipe)[1].integer("k"), 16); // the default
  EXPECT_EQ((*recipe)[1].text("granularity"), "tensor");
  EXPECT_TRUE((*recipe)[1].matches("/0/Gemm"));
}

TEST(Recipe, Yaml) {
  llvm::Expected<Recipe> recipe = parseRecipeYaml("- scheme: cluster\n  k: 4\n  layers: [fc1, fc2]\n- {scheme: cluster, "
                                                  "granularity: group, groups: 2, keep-zero: true}\n",
                                                  "r.yaml");
  ASSERT_TRUE(static_cast<bool>(recipe)) << errorOf(std::move(recipe));
  ASSERT_EQ(recipe->size(), 2u);
  EXPECT_EQ((*recipe)[0].layers, (std::vector<std::string>{"fc1", "fc2"}));
  EXPECT_EQ((*recipe)[1].integer("groups"), 2);
  EXPECT_TRUE((*recipe)[1].flag("keep-zero"));
}

TEST(Recipe, Errors) {
  EXPECT_EQ(errorOf(parseRecipe("zip")).rfind("unknown scheme 'zip', expected ", 0), 0u);
  EXPECT_EQ(errorOf(parseRecipe("cluster{k=1}")), "cluster: k is 1, expected 2 to 256; the nearest is 2");
  EXPECT_EQ(errorOf(parseRecipe("cluster{k=many}")), "cluster: k is 'many', expected an integer");
  EXPECT_EQ(errorOf(parseRecipe("cluster{k=4")), "'cluster{k=4' has no closing brace");
  EXPECT_EQ(errorOf(parseRecipe("cluster{k}")), "cluster: 'k' is no parameter, expected name=value");
  EXPECT_EQ(errorOf(parseRecipe("cluster{granularity=row}")),
            "cluster: granularity is 'row', expected tensor, channel, group");
  EXPECT_EQ(errorOf(parseRecipeYaml("- k: 4\n", "r.yaml")), "r.yaml:1: a step has no key scheme");
  EXPECT_EQ(errorOf(parseRecipeYaml("\n- scheme: cluster\n  k: 999\n", "r.yaml")),
            "r.yaml:2: cluster: k is 999, expected 2 to 256; the nearest is 256");
  EXPECT_EQ(errorOf(parseRecipeYaml("scheme: cluster\n", "r.yaml")), "r.yaml:1: expected a list of steps");
}

//===- JsonTextTest.cpp - JSON as text ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/JsonText.h"

#include <cmath>
#include <gtest/gtest.h>

using weft::report::jsonText;
namespace json = llvm::json;

namespace {

TEST(JsonText, SortsKeysAndWritesShortNumbers) {
  json::Object object{{"b", 0.8944}, {"a", json::Array{1, nullptr, "x\n"}}, {"c", json::Object{}}, {"d", json::Array{json::Object{{"e", true}}}}};
  EXPECT_EQ(jsonText(std::move(object)), "{\n"
                                         "  \"a\": [1, null, \"x\\n\"],\n"
                                         "  \"b\": 0.8944,\n"
                                         "  \"c\": {},\n"
                                         "  \"d\": [\n"
                                         "    {\n"
                                         "      \"e\": true\n"
                                         "    }\n"
                                         "  ]\n"
                                         "}\n");
}

TEST(JsonText, ReadsBackAsTheSame) {
  json::Value value = json::Array{1e300, -0.1, 12345678901234, 3.0, "ö", false};
  auto parsed = json::parse(jsonText(value));
  ASSERT_TRUE(static_cast<bool>(parsed));
  EXPECT_EQ(*parsed, value);
}

TEST(JsonText, WhatIsNoNumberIsNull) { EXPECT_EQ(jsonText(std::nan("")), "null\n"); }

} // namespace

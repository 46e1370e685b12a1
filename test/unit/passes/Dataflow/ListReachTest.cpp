// What each memory of a unit with lists holds of a vector.
#include "passes/Dataflow/ListReach.h"
#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace weft::dataflow;

TEST(ListReach, PartsOfTwoLists) {
  InputLists lists{4, {0, 1, 5, 9, 2, 3, -1, -1}, {4, 2}};
  EXPECT_EQ(listReach(lists, 1, 1), 10);
  // Memory 0: inputs 0, 1 and 2; memory 1: 5, 9 and 3.
  EXPECT_EQ(listReach(lists, 2, 1), 7);
  // Side by side they have as many steps: memory 0 has all of the second list.
  EXPECT_EQ(listReach(lists, 2, 2), 5);
}

TEST(ListReach, EscapesReadNothing) {
  EXPECT_EQ(listReach({4, {-1, 7, -1, 12}, {4}}, 2, 1), 1);
  EXPECT_EQ(listReach({2, {-1, -1}, {0}}, 2, 1), 1);
}

TEST(ListReach, EqualsASearchOfAllSteps) {
  std::mt19937 random(3);
  for (int64_t simd : {1, 2, 3, 6})
    for (int64_t sets : {1, 2, 4}) {
      InputLists lists{12, {}, {}};
      for (int list = 0; list < 8; ++list) {
        std::set<int64_t> inputs;
        while (static_cast<int64_t>(inputs.size()) < 12)
          inputs.insert(random() % 40);
        lists.inputs.insert(lists.inputs.end(), inputs.begin(), inputs.end());
        lists.lengths.push_back(random() % 13);
      }
      int64_t most = 1;
      for (int64_t s = 0; s < simd; ++s) {
        std::set<int64_t> held;
        for (int64_t list = 0; list < 8; ++list) {
          int64_t longest = 0;
          for (int64_t i = list / sets * sets; i < (list / sets + 1) * sets; ++i)
            longest = std::max(longest, lists.lengths[i]);
          for (int64_t e = 0, steps = (longest + simd - 1) / simd; e < lists.lengths[list]; ++e)
            if (e / steps == s)
              held.insert(lists.inputs[list * 12 + e]);
        }
        most = std::max(most, held.empty() ? 1 : *held.rbegin() - *held.begin() + 1);
      }
      EXPECT_EQ(listReach(lists, simd, sets), most) << simd << " memories, " << sets << " lists side by side";
    }
}

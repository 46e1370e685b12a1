//===- ScheduleTest.cpp - learning rates over time --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/Schedule.h"
#include <gtest/gtest.h>

using weft::training::Schedule;

TEST(Schedule, Cosine) {
  Schedule s{Schedule::Kind::cosine, 2.0, 100, 0};
  EXPECT_DOUBLE_EQ(s.at(0), 2.0);
  EXPECT_NEAR(s.at(50), 1.0, 1e-12);
  EXPECT_LT(s.at(99), 1e-3);
}

TEST(Schedule, WarmupRisesLinearly) {
  Schedule s{Schedule::Kind::constant, 1.0, 100, 10};
  EXPECT_DOUBLE_EQ(s.at(0), 0.1);
  EXPECT_DOUBLE_EQ(s.at(4), 0.5);
  EXPECT_DOUBLE_EQ(s.at(10), 1.0);
}

TEST(Schedule, StepsByTenths) {
  Schedule s{Schedule::Kind::step, 1.0, 90, 0};
  EXPECT_DOUBLE_EQ(s.at(29), 1.0);
  EXPECT_NEAR(s.at(30), 0.1, 1e-12);
  EXPECT_NEAR(s.at(60), 0.01, 1e-12);
}

/// Values of torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=10) of PyTorch 1.13.
TEST(Schedule, OneCycleAsPyTorch) {
  Schedule s{Schedule::Kind::oneCycle, 0.1, 10, 0};
  EXPECT_NEAR(s.at(0), 0.004, 1e-9);
  EXPECT_NEAR(s.at(1), 0.052, 1e-9);
  EXPECT_NEAR(s.at(2), 0.1, 1e-9);
  EXPECT_NEAR(s.at(9), 4e-7, 1e-12);
}

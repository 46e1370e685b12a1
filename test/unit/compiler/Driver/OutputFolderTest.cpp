//===- OutputFolderTest.cpp - whole or not at all ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/OutputFolder.h"

#include "compiler/Driver/CommandError.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

using namespace weft::driver;
namespace fs = std::filesystem;

namespace {

class OutputFolderTest : public ::testing::Test {
protected:
  void SetUp() override {
    root = fs::temp_directory_path() / ("weft-output-folder-" + std::to_string(getpid()));
    fs::remove_all(root);
    fs::create_directories(root);
  }
  void TearDown() override { fs::remove_all(root); }

  std::string out() const { return (root / "out").string(); }
  ExitCode refusal(bool force) const {
    auto folder = OutputFolder::create(out(), force);
    EXPECT_FALSE(static_cast<bool>(folder));
    return folder ? ExitCode::Success : report(folder.takeError());
  }
  /// Writes a folder as weft does.
  void writeOnce(bool force, const char *file) const {
    auto folder = OutputFolder::create(out() + "/", force);
    ASSERT_TRUE(static_cast<bool>(folder));
    ASSERT_FALSE(static_cast<bool>(folder->write("manifest.json", "{\"generator\": \"weft 0\"}")));
    ASSERT_FALSE(static_cast<bool>(folder->write(file, "x")));
    ASSERT_FALSE(static_cast<bool>(folder->commit()));
  }
  size_t entries() const { return std::distance(fs::directory_iterator(root), fs::directory_iterator()); }

  fs::path root;
};

TEST_F(OutputFolderTest, NothingIsLeftWithoutCommit) {
  {
    auto folder = OutputFolder::create(out(), false);
    ASSERT_TRUE(static_cast<bool>(folder));
    ASSERT_FALSE(static_cast<bool>(folder->write("deep/down/file", "x")));
    EXPECT_FALSE(fs::exists(out()));
  }
  EXPECT_EQ(entries(), 0u);
}

TEST_F(OutputFolderTest, CommitRenames) {
  writeOnce(false, "sub/file");
  EXPECT_TRUE(fs::exists(root / "out/sub/file"));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(OutputFolderTest, AnExistingFolderIsRefused) {
  writeOnce(false, "a");
  EXPECT_EQ(refusal(false), ExitCode::Io);
  EXPECT_TRUE(fs::exists(root / "out/a"));
}

TEST_F(OutputFolderTest, ForceReplacesWhatWeftWrote) {
  writeOnce(false, "a");
  writeOnce(true, "b");
  EXPECT_FALSE(fs::exists(root / "out/a"));
  EXPECT_TRUE(fs::exists(root / "out/b"));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(OutputFolderTest, ForceLeavesOtherFoldersAlone) {
  fs::create_directories(root / "out");
  std::ofstream(root / "out/thesis.tex") << "years of work";
  EXPECT_EQ(refusal(true), ExitCode::Io);
  EXPECT_TRUE(fs::exists(root / "out/thesis.tex"));
}

TEST_F(OutputFolderTest, ForceLeavesFilesAlone) {
  std::ofstream(root / "out") << "a file";
  EXPECT_EQ(refusal(true), ExitCode::Io);
  EXPECT_TRUE(fs::is_regular_file(root / "out"));
}

} // namespace

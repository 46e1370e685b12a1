//===- ImageTest.cpp - pictures in files, and folders of them --------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Image.h"

#include "Support.h"
#include <cmath>
#include <cstring>
#include <filesystem>
#include <jpeglib.h>
#include <png.h>

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::Shape;

namespace {

/// Channel c of pixel i of a smooth picture.
uint8_t pixel(int64_t c, int64_t y, int64_t x, int shade) { return static_cast<uint8_t>(40 + 10 * c + 7 * y + 5 * x + shade); }

std::vector<uint8_t> picture(int64_t channels, int64_t height, int64_t width, int shade) {
  std::vector<uint8_t> bytes;
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x)
      for (int64_t c = 0; c < channels; ++c)
        bytes.push_back(pixel(c, y, x, shade));
  return bytes;
}

/// As libpng writes it.
std::string png(int64_t channels, int64_t height, int64_t width, int shade = 0) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION, image.height = height, image.width = width;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  std::vector<uint8_t> pixels = picture(channels, height, width, shade);
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string file(size, '\0');
  png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, nullptr);
  return file.substr(0, size);
}

/// As libjpeg writes it.
std::string jpeg(int64_t channels, int64_t height, int64_t width) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char *out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = width, info.image_height = height, info.input_components = channels, info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  jpeg_start_compress(&info, TRUE);
  std::vector<uint8_t> pixels = picture(channels, height, width, 0);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = pixels.data() + static_cast<int64_t>(info.next_scanline) * width * channels;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string file(reinterpret_cast<char *>(out), size);
  free(out);
  return file;
}

TEST(ImageTest, readsWhatTheLibrariesWrote) {
  for (int64_t channels : {1, 3})
    for (bool isPng : {true, false}) {
      TemporaryFile file(".img", isPng ? png(channels, 6, 9) : jpeg(channels, 6, 9));
      auto image = readImage(file.path);
      ASSERT_TRUE(image) << image.message();
      ASSERT_EQ(image->shape(), (Shape{channels, 6, 9}));
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t y = 0; y < 6; ++y)
          for (int64_t x = 0; x < 9; ++x) // the colours of a JPEG are kept at half the size
            EXPECT_NEAR(image->integers()[(c * 6 + y) * 9 + x], pixel(c, y, x, 0), isPng ? 0 : channels == 1 ? 2 : 8);
    }
}

TEST(ImageTest, refusesDamage) {
  TemporaryFile none(".png", "no picture at all");
  expectFailure(readImage(none.path), "expected a PNG or a JPEG");
  expectFailure(readImage(none.path + ".missing"), none.path);
  for (const std::string &whole : {png(3, 8, 8), jpeg(3, 8, 8)})
    damageEverywhere(Bytes(whole.begin(), whole.end()), [](const Bytes &bytes) {
      TemporaryFile file(".img", std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
      auto image = readImage(file.path);
      EXPECT_TRUE(image.ok() || !image.message().empty());
    });
  std::string cut = png(1, 8, 8);
  TemporaryFile damaged(".png", cut.substr(0, cut.size() / 2));
  expectFailure(readImage(damaged.path), "is damaged");
}

TEST(ImageTest, foldersAreClasses) {
  namespace fs = std::filesystem;
  const std::string root = ::testing::TempDir() + "weft-images-" + std::to_string(::getpid());
  auto write = [&](const std::string &name, const std::string &content) {
    fs::create_directories(fs::path(root + name).parent_path());
    ASSERT_TRUE(writeFile(root + name, content));
  };
  write("/b-cat/1.png", png(1, 2, 3, 10));
  write("/a-dog/9.png", png(1, 2, 3, 20));
  write("/a-dog/1.PNG", png(1, 2, 3, 30));
  write("/a-dog/notes.txt", "not an image");
  auto data = readDataset(root);
  ASSERT_TRUE(data) << data.message();
  EXPECT_EQ(data->find("x")->shape(), (Shape{3, 1, 2, 3}));
  EXPECT_EQ(data->labels->integers(), (std::vector<int64_t>{0, 1, 0}));
  EXPECT_EQ(data->find("x")->integers()[0], 70); // a-dog/1.PNG, b-cat/1.png, a-dog/9.png
  EXPECT_EQ(data->find("x")->integers()[6], 50);
  EXPECT_EQ(readDataset(root, {{}, 2})->labels->integers(), (std::vector<int64_t>{0, 1}));
  write("/b-cat/2.png", png(1, 3, 3));
  expectFailure(readDataset(root), "2.png: has shape [1, 3, 3], expected [1, 2, 3]");
  fs::remove(root + "/b-cat/2.png");
  fs::create_directories(root + "/c-bird");
  expectFailure(readDataset(root), "c-bird: expected images of a class, found none");
  fs::remove_all(root);
}

} // namespace

//===- Image.cpp - pictures in files, and folders of them -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Image.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <filesystem>
// After cstdio, which it needs.
#include <jpeglib.h>
#include <png.h>

namespace weft::data {

namespace fs = std::filesystem;
using reference::ElementType;
using reference::Shape;
using reference::Tensor;
using reference::toString;

namespace {
/// Rows of pixels, channels next to each other.
struct Pixels {
  int64_t channels = 1, height = 0, width = 0;
  Bytes bytes;
  bool isTooLarge() const { return channels * height * width > kGreatestCount; }
  void allocate() { bytes.resize(static_cast<size_t>(channels * height * width)); }
};
} // namespace

static Status decodePng(const Bytes &file, Pixels &pixels) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, file.data(), file.size()))
    return error("is damaged: ", image.message);
  image.format = image.format & PNG_FORMAT_FLAG_COLOR ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  pixels.channels = PNG_IMAGE_SAMPLE_CHANNELS(image.format), pixels.height = image.height, pixels.width = image.width;
  if (pixels.isTooLarge()) {
    png_image_free(&image);
    return error("has ", image.height, " x ", image.width, " pixels, which is too many");
  }
  pixels.allocate();
  png_color black{0, 0, 0}; // what is behind transparent pixels
  if (!png_image_finish_read(&image, &black, pixels.bytes.data(), 0, nullptr))
    return error("is damaged: ", image.message);
  return reference::done();
}

namespace {
/// libjpeg ends a process on an error, unless somebody jumps away.
struct JpegErrors {
  jpeg_error_mgr manager;
  std::jmp_buf away;
  char message[JMSG_LENGTH_MAX];
};
} // namespace

/// Everything with a destructor is the caller's, as a jump passes by destructors.
static bool decodeJpegInto(jpeg_decompress_struct &jpeg, JpegErrors &errors, const Bytes &file, Pixels &pixels) {
  if (setjmp(errors.away))
    return false;
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, file.data(), file.size());
  jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&jpeg);
  pixels.channels = jpeg.output_components, pixels.height = jpeg.output_height, pixels.width = jpeg.output_width;
  pixels.allocate();
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = pixels.bytes.data() + static_cast<int64_t>(jpeg.output_scanline) * pixels.width * pixels.channels;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return jpeg.err->num_warnings == 0;
}

static Status decodeJpeg(const Bytes &file, Pixels &pixels) {
  jpeg_decompress_struct jpeg;
  JpegErrors errors;
  std::memset(&jpeg, 0, sizeof jpeg);
  std::strcpy(errors.message, "data is missing");
  jpeg.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = [](j_common_ptr info) {
    auto *own = reinterpret_cast<JpegErrors *>(info->err);
    info->err->format_message(info, own->message);
    std::longjmp(own->away, 1);
  };
  errors.manager.output_message = [](j_common_ptr) {};
  bool isWhole = decodeJpegInto(jpeg, errors, file, pixels);
  jpeg_destroy_decompress(&jpeg);
  return isWhole ? reference::done() : Status(error("is damaged: ", errors.message));
}

Result<Tensor> readImage(const std::string &path) {
  Result<Bytes> file = readFile(path);
  if (!file)
    return file.failure();
  const bool isPng = file->size() > 8 && std::memcmp(file->data(), "\x89PNG\r\n\x1a\n", 8) == 0;
  const bool isJpeg = file->size() > 3 && std::memcmp(file->data(), "\xff\xd8\xff", 3) == 0;
  if (!isPng && !isJpeg)
    return error(path, ": expected a PNG or a JPEG");
  Pixels pixels;
  if (Status status = isPng ? decodePng(*file, pixels) : decodeJpeg(*file, pixels); !status)
    return at(path, status.failure());
  Tensor image(ElementType::integer(8, false), {pixels.channels, pixels.height, pixels.width});
  const int64_t area = pixels.height * pixels.width;
  for (int64_t c = 0; c < pixels.channels; ++c)
    for (int64_t i = 0; i < area; ++i)
      image.integers()[c * area + i] = pixels.bytes[i * pixels.channels + c];
  return image;
}

static bool isImageName(const fs::path &path) {
  std::string end = path.extension().string();
  std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return end == ".png" || end == ".jpg" || end == ".jpeg";
}

/// Folders, or images, in a folder by name; hidden ones are left out.
static std::vector<std::string> entriesOf(const std::string &path, bool folders) {
  std::vector<std::string> names;
  std::error_code failure;
  for (auto it = fs::directory_iterator(path, failure); !failure && it != fs::directory_iterator(); it.increment(failure))
    if (it->path().filename().string()[0] != '.' && (folders ? it->is_directory(failure) : isImageName(it->path())))
      names.push_back(it->path().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool isImageFolder(const std::string &path) {
  const std::vector<std::string> folders = entriesOf(path, true);
  return std::any_of(folders.begin(), folders.end(), [](const std::string &folder) { return !entriesOf(folder, false).empty(); });
}

Result<Dataset> readImageFolder(const std::string &path, int64_t limit) {
  std::vector<std::pair<std::string, int64_t>> files; // with their class; the i-th of every class before the i + 1-th of any
  std::vector<std::vector<std::string>> classes;
  size_t most = 0;
  for (const std::string &folder : entriesOf(path, true)) {
    classes.push_back(entriesOf(folder, false));
    if (classes.back().empty())
      return error(folder, ": expected images of a class, found none");
    most = std::max(most, classes.back().size());
  }
  for (size_t i = 0; i < most; ++i)
    for (size_t c = 0; c < classes.size(); ++c)
      if (i < classes[c].size() && (limit < 0 || static_cast<int64_t>(files.size()) < limit))
        files.emplace_back(classes[c][i], static_cast<int64_t>(c));
  std::vector<int64_t> pixels, labels;
  Shape shape;
  for (const auto &[file, label] : files) {
    Result<Tensor> image = readImage(file);
    if (!image)
      return image.failure();
    if (shape.empty())
      shape = image->shape();
    if (image->shape() != shape)
      return error(file, ": has shape ", toString(image->shape()), ", expected ", toString(shape), " as ", files[0].first, " has");
    pixels.insert(pixels.end(), image->integers().begin(), image->integers().end());
    labels.push_back(label);
  }
  const auto count = static_cast<int64_t>(labels.size());
  shape.insert(shape.begin(), count);
  Dataset dataset;
  dataset.inputs.emplace_back("", Tensor::ofIntegers(ElementType::integer(8, false), shape, std::move(pixels)));
  dataset.labels = Tensor::ofIntegers(ElementType::i64(), {count}, std::move(labels));
  return dataset;
}

} // namespace weft::data

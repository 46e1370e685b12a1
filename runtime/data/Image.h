//===- Image.h - pictures in files, and folders of them ------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_IMAGE_H
#define RUNTIME_DATA_IMAGE_H

#include "runtime/data/Dataset.h"

namespace weft::data {

/// Decodes a PNG or a JPEG of 8 bits a channel: `[C, H, W]` of ui8, C = 1 for grey ones and 3 for others; transparency is dropped. Error if it is neither or damaged.
Result<reference::Tensor> readImage(const std::string &path);

/// Whether a folder holds folders with images, by their names (.png, .jpg, .jpeg).
bool isImageFolder(const std::string &path);

/// A folder with one folder for each class, which are numbered in the order of their names: images `[N, C, H, W]` and labels. All images have one size. With a
/// limit images are taken from the classes in turn, the order in any case. Error names the file that does not fit.
Result<Dataset> readImageFolder(const std::string &path, int64_t limit);

} // namespace weft::data

#endif // RUNTIME_DATA_IMAGE_H

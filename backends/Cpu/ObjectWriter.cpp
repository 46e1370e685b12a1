//===- ObjectWriter.cpp - objects of code and large constants -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// The file: the ELF header in the first line, the constants, then what LLVM's object has behind its header, whose offsets move by as much.
#include "backends/Cpu/ObjectWriter.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Alignment.h"
#include <cstring>

using namespace weft::cpu;
using llvm::Error;

static constexpr int64_t kLine = 64;
/// ".bss.rodata.weft" becomes ".rodata.weft", which linkers put to read-only data.
static constexpr unsigned kNamePrefix = 4;

ObjectWriter::ObjectWriter(llvm::StringRef path) : stream(path, code), remover(path, /*deleteIt=*/!code) {
  if (!code)
    stream.write_zeros(kLine);
}

ObjectWriter::~ObjectWriter() { stream.clear_error(); }

int64_t ObjectWriter::append(llvm::ArrayRef<char> constant) {
  int64_t offset = bytes;
  bytes += llvm::alignTo(constant.size(), kLine);
  if (!code)
    stream.write(constant.data(), constant.size()).write_zeros(bytes - offset - constant.size());
  return offset;
}

template <typename ELFT>
Error ObjectWriter::finishAs(llvm::MutableArrayRef<char> object) {
  using Header = typename ELFT::Ehdr;
  using Section = typename ELFT::Shdr;
  auto file = llvm::object::ELFFile<ELFT>::create(llvm::StringRef(object.data(), object.size()));
  if (!file)
    return file.takeError();
  auto sections = file->sections();
  if (!sections)
    return sections.takeError();
  uint64_t moved = llvm::alignTo(kLine + bytes - sizeof(Header), kLine);
  const Section *constants = nullptr;
  for (const Section &section : *sections) {
    auto name = file->getSectionName(section);
    if (!name)
      return name.takeError();
    if (*name == kEmptySection)
      constants = &section;
  }
  for (const Section &section : *sections) {
    auto &changed = const_cast<Section &>(section); // in `object`
    if (&section == constants) {
      changed.sh_name = section.sh_name + kNamePrefix;
      changed.sh_type = llvm::ELF::SHT_PROGBITS;
      changed.sh_flags = llvm::ELF::SHF_ALLOC;
      changed.sh_offset = kLine;
    } else if (section.sh_type != llvm::ELF::SHT_NULL) {
      changed.sh_offset = section.sh_offset + moved;
    }
  }
  Header header = file->getHeader();
  header.e_shoff = header.e_shoff + moved;
  stream.write_zeros(moved + sizeof(Header) - kLine - bytes);
  stream.write(object.data() + sizeof(Header), object.size() - sizeof(Header));
  stream.pwrite(reinterpret_cast<const char *>(&header), sizeof(Header), 0);
  return Error::success();
}

Error ObjectWriter::finish(llvm::MutableArrayRef<char> object) {
  if (code)
    return llvm::errorCodeToError(code);
  auto [width, order] = llvm::object::getElfArchType(llvm::StringRef(object.data(), object.size()));
  Error error = order != llvm::ELF::ELFDATA2LSB ? llvm::createStringError("LLVM did not write little-endian ELF")
                : width == llvm::ELF::ELFCLASS64 ? finishAs<llvm::object::ELF64LE>(object)
                                                 : finishAs<llvm::object::ELF32LE>(object);
  if (error)
    return error;
  stream.close();
  if (stream.has_error()) {
    code = stream.error();
    stream.clear_error();
    return llvm::errorCodeToError(code);
  }
  remover.releaseFile();
  return Error::success();
}

//===- ModelMutator.h - random changes of protobuf messages ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_FUZZ_MODELMUTATOR_H
#define TEST_FUZZ_MODELMUTATOR_H

namespace google::protobuf {
class Message;
}

namespace weft::fuzz {

/// Changes a message in one to four places, by reflection: numbers become interesting ones, names become others of the message, parts are
/// doubled, dropped, exchanged. Equal seeds make equal changes.
void mutate(google::protobuf::Message &message, unsigned seed);

} // namespace weft::fuzz

#endif // TEST_FUZZ_MODELMUTATOR_H

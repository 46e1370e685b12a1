//===- TrainFlags.cpp - flags of learning ------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/TrainFlags.h"

#include "compiler/Pipeline/ParseOptions.h"

namespace weft::driver {
namespace {

void addOneOf(CLI::App *command, const char *flag, std::string &value, const std::vector<llvm::StringRef> &choices, const std::string &text) {
  command
      ->add_option_function<std::string>(
          flag,
          [&value, flag, choices](const std::string &given) {
            orThrow(pipeline::expectOneOf(flag, given, choices));
            value = given;
          },
          text)
      ->type_name("NAME");
}

/// Flags of the optimization itself.
void addLearning(CLI::App *command, TrainOptions &o) {
  command->add_option("--epochs", o.epochs, "passes over the data (default 10)")->check(CLI::Range(int64_t(1), int64_t(100000)));
  command->add_option("--batch", o.batch, "samples of a step (default 128)")->check(CLI::Range(int64_t(1), int64_t(65536)));
  command->add_option("--seed", o.seed, "of the order of samples and of new weights (default 1)");
  addOneOf(command, "--loss", o.loss, {"cross-entropy", "mse"}, "cross-entropy (default) or mse");
  addOneOf(command, "--optimizer", o.optimizer, {"sgd", "adam", "adamw"}, "adam (default), adamw, sgd");
  addOneOf(command, "--schedule", o.schedule, {"constant", "cosine", "one-cycle", "step"}, "cosine (default), one-cycle, step, constant");
  command->add_option("--lr", o.rate, "learning rate (default 0.001)")->check(CLI::Range(1e-9, 1e3));
  command->add_option("--warmup", o.warmup, "steps in which the rate rises (default 0)")->check(CLI::NonNegativeNumber);
  command->add_option("--momentum", o.momentum, "of sgd (default 0.9)")->check(CLI::Range(0.0, 1.0));
  command->add_option("--weight-decay", o.weightDecay, "of weights, not of biases (default 0)")->check(CLI::NonNegativeNumber);
  command->add_option("--clip", o.clipNorm, "greatest norm of the gradients (default 0: not clipped)")->check(CLI::NonNegativeNumber);
  command->add_option("--distill", o.distill, "share of the float model's answers in the targets, 0 to 1 (default 0)")->check(CLI::Range(0.0, 1.0));
  command->add_option("--temperature", o.temperature, "that softens these answers (default 1)")->check(CLI::Range(0.01, 1000.0));
  command->add_option("--prune-epochs", o.pruneEpochs, "prune step by step in the first N epochs what is chosen by magnitude (default 0: all of it before them)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--reassign", o.adaptEvery, "steps after which clusters are assigned anew (default 10; 0: never)")->check(CLI::NonNegativeNumber);
}

/// Flags of tensor trains, and of training in fixed point.
void addLowPrecision(CLI::App *command, TrainOptions &o) {
  CLI::Option *prior = command->add_option("--rank-prior", o.rankPrior, "strength of the prior that makes ranks of tensor trains shrink (default 0: none)")
                           ->check(CLI::NonNegativeNumber);
  command->add_option("--rank-threshold", o.rankThreshold, "give up what has less than this share of a bond's greatest variance (default 0.01)")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(prior);
  CLI::Option *on = command->add_flag_callback(
      "--low-precision", [&o] { o.lowPrecision = true, o.pipeline.quantize.perChannel = false; },
      "train in fixed point: one power of two a tensor, stochastic rounding");
  auto addBits = [&](const char *flag, unsigned &bits, const char *text) {
    command->add_option(flag, bits, text)->type_name("BITS")->check(CLI::Range(2, 24))->needs(on);
  };
  addBits("--master-bits", o.fixedPoint.weightBits, "of the weights that are trained, whose upper bits the forward pass reads (default 16)");
  addBits("--bias-bits", o.fixedPoint.biasBits, "of biases (default 8)");
  addBits("--error-bits", o.fixedPoint.errorBits, "of gradients of activations (default 8)");
  addBits("--gradient-bits", o.fixedPoint.gradientBits, "of gradients of weights (default 16)");
  addBits("--moment-bits", o.fixedPoint.momentBits, "of what the optimizer remembers (default 16)");
}

void addAugment(CLI::App *command, TrainOptions &o) {
  command
      ->add_option_function<std::string>(
          "--augment",
          [&o](const std::string &text) {
            o.augment = text;
            if (std::string problem = weft::training::parseAugmentation(text, o.augmentation); !problem.empty())
              throw CLI::ValidationError("--augment", problem);
          },
          "how images vary, e.g. shift{2},flip,crop{4}")
      ->type_name("STEPS");
}

} // namespace

void addTrainFlags(CLI::App *command, TrainOptions &options) {
  addLearning(command, options);
  command->add_flag_callback("--fixed-scales", [&options] { options.learnScales = false; }, "scales of quantization stay as calibration found them");
  addLowPrecision(command, options);
  addAugment(command, options);
}

} // namespace weft::driver

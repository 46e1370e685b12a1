//===- Trainer.h - training of one model ---------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_TRAINER_TRAINER_H
#define COMPILER_TRAINER_TRAINER_H

#include "backends/Cpu/CpuBackend.h"
#include "compiler/Trainer/Checkpoint.h"
#include "compiler/Trainer/TrainingData.h"
#include "llvm/Support/Error.h"
#include "passes/Training/Algorithms/Augment.h"
#include "passes/Training/Algorithms/DynamicExponent.h"
#include "passes/Training/Algorithms/Projection.h"
#include "passes/Training/Algorithms/RankPrior.h"
#include "passes/Training/Algorithms/Schedule.h"
#include "passes/Training/TrainingStep.h"
#include <algorithm>

namespace weft::trainer {

struct TrainerOptions {
  training::StepOptions step;
  training::Schedule schedule;
  int64_t epochs = 10;
  uint64_t seed = 1;
  /// Steps after which clusters are assigned anew; 0: never.
  int64_t adaptEvery = 10;
  /// Steps in which masks that were chosen by magnitude become as sparse as they will be; 0: they are from the first step on.
  int64_t pruneSteps = 0;
  /// Of the ranks of tensor trains.
  training::RankPriorOptions prior;
  /// Of the samples of steps.
  training::Augmentation augmentation;
  /// Of the compiled step; the bits are the same for any number.
  int threads = 1;
};

/// Means over samples.
struct Score {
  double loss = 0, accuracy = 0;
};

/// One epoch of the learning curve.
struct EpochReport {
  int64_t epoch = 0;
  Score train, validation;
  double rate = 0, seconds = 0;
};

/// A model, its trained numbers and the compiled step. Everything follows from the model, the data, the options and the seed: the same bits in every run.
class Trainer {
public:
  /// Compiles @main of `module`, which must outlive the trainer. Failure after a diagnostic.
  static mlir::FailureOr<std::unique_ptr<Trainer>> create(mlir::ModuleOp module, const TrainerOptions &options);

  const training::TrainingProgram &program() const { return built; }
  int64_t stepsPerEpoch(const TrainingData &data) const { return data.count() / options.step.batch; }

  /// Numbers to train a parameter from, instead of what the compressed weight evaluates to.
  void setLatent(size_t parameter, const std::vector<float> &values) {
    std::copy(values.begin(), values.end(), state[parameter].now.numbers.begin());
  }
  /// Chooses clusters and so on for the numbers as they are: before the first step.
  void begin();

  /// Statistics of batch norms become those of one batch; nothing is trained.
  mlir::LogicalResult takeStatistics(const TrainingData &data);
  /// One step on the next samples of an epoch's order; false when the epoch is over. Adds to `sum` what the samples lost and got right.
  bool step(const TrainingData &data, Score &sum);
  /// Loss and accuracy with the weights that are stored.
  Score evaluate(const TrainingData &data);

  int64_t epoch() const { return epochNow; }
  int64_t stepsDone() const { return stepNow; }
  double rate() const { return rateNow; }

  Checkpoint save() const;
  /// Error where the checkpoint is of another model or other options.
  llvm::Error restore(const Checkpoint &checkpoint);

  /// Writes what was trained into the module, with the ranks that are left. Failure with a diagnostic.
  mlir::LogicalResult store();
  /// Whether there are masks that were chosen by magnitude, where `pruneSteps` asks for it.
  bool prunes() const {
    return std::any_of(state.begin(), state.end(), [](const State &s) { return s.projection && s.projection->prunes(); });
  }
  const training::RankPrior &ranks() const { return prior; }
  mlir::ModuleOp trained() const { return module; }

private:
  /// Numbers of a parameter and the optimizer's slots, as one step reads or writes them.
  struct Buffers {
    std::vector<float> numbers;
    std::vector<std::vector<float>> slots;
  };
  struct State {
    Buffers now, next;
    std::vector<float> read;       // projected: what the forward pass reads
    std::vector<float> precisions; // with a prior
    training::ProjectionPtr projection;
  };
  Trainer(mlir::ModuleOp module, const TrainerOptions &options) : module(module), options(options) {}
  mlir::LogicalResult build();
  void adapt();
  void project();
  void prune();
  void gather(const TrainingData &data, const int64_t *samples, int64_t count, const training::Augmentation &augmentation = {});
  void score(const TrainingData &data, const int64_t *samples, int64_t count, Score &sum) const;
  void updateStatistics();
  mlir::LogicalResult runStep(float rate, float correction, uint32_t seed);
  void updatePrior();
  std::vector<const std::vector<float> *> numbers() const;
  void settleExponents();
  void observeExponents();
  void shuffle(int64_t count);

  mlir::ModuleOp module;
  TrainerOptions options;
  training::TrainingProgram built;
  std::unique_ptr<cpu::CpuModel> stepCode, forwardCode;
  std::vector<State> state;
  std::vector<std::vector<float>> statistics, batchStatistics;
  training::RankPrior prior;
  /// Of fixed point, one for each format.
  std::vector<training::DynamicExponent> exponents;
  std::vector<float> units, magnitudes;
  std::vector<float> inputs, targets, logits;
  std::vector<int64_t> order;
  int64_t epochNow = 0, stepNow = 0, stepInEpoch = 0, orderOf = -1;
  double rateNow = 0;
};

} // namespace weft::trainer

#endif // COMPILER_TRAINER_TRAINER_H

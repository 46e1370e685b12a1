//===- Trainer.cpp - training of one model ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Trainer/Trainer.h"

#include "passes/Training/ProjectWeights.h"
#include "passes/Training/ShrinkBonds.h"
#include "runtime/reference/Masks.h"
#include <cmath>

using namespace mlir;

namespace weft::trainer {

/// Kernels may read a vector past the end of a buffer.
constexpr size_t kSlack = 32;

/// Share of a batch's statistics in the running ones, as in PyTorch.
constexpr double kStatisticsShare = 0.1;

static int64_t productOf(ArrayRef<int64_t> shape) {
  int64_t p = 1;
  for (int64_t d : shape)
    p *= d;
  return p;
}

static void resizeWithSlack(std::vector<float> &v, size_t size) {
  v.reserve(size + kSlack);
  v.resize(size);
}

FailureOr<std::unique_ptr<Trainer>> Trainer::create(ModuleOp module, const TrainerOptions &options) {
  std::unique_ptr<Trainer> trainer(new Trainer(module, options));
  if (failed(trainer->build()))
    return failure();
  return std::move(trainer);
}

LogicalResult Trainer::build() {
  if (options.step.hasRankPrior && failed(training::checkBonds(module)))
    return failure();
  if (options.step.hasRankPrior)
    prior = training::RankPrior(training::findBonds(module), options.prior);
  auto program = training::buildTrainingProgram(module, options.step);
  if (failed(program))
    return failure();
  built = std::move(*program);
  cpu::CpuOptions code;
  code.batchTiles = {}, code.threads = options.threads;
  code.entry = "step";
  auto step = cpu::jit(*built.step, code);
  if (failed(step))
    return failure();
  code.entry = "forward";
  auto forward = cpu::jit(*built.forward, code);
  if (failed(forward))
    return failure();
  stepCode = std::move(*step), forwardCode = std::move(*forward);
  std::vector<OpOperand *> operands = training::parameterOperands(module);
  state.resize(built.parameters.size());
  for (auto [i, p] : llvm::enumerate(built.parameters)) {
    State &s = state[i];
    for (Buffers *b : {&s.now, &s.next}) {
      resizeWithSlack(b->numbers, p.initial.size());
      b->slots.resize(built.slots);
      for (std::vector<float> &slot : b->slots)
        resizeWithSlack(slot, p.initial.size());
    }
    std::copy(p.initial.floats().begin(), p.initial.floats().end(), s.now.numbers.begin());
    if (p.hasPrior)
      resizeWithSlack(s.precisions, p.initial.size());
    if (!p.isProjected)
      continue;
    resizeWithSlack(s.read, p.initial.size());
    if (p.scale > 0 || p.least > 0) {
      s.projection = p.scale > 0 ? training::exponential(p.scale) : training::atLeast(p.least);
      continue;
    }
    auto projection = training::projectionOf(*operands[i], {options.step.learnScales, options.pruneSteps > 0});
    if (failed(projection))
      return failure();
    s.projection = std::move(*projection);
  }
  for (const training::Parameter &p : built.statistics) {
    statistics.push_back(p.initial.floats());
    batchStatistics.emplace_back();
    for (auto *v : {&statistics.back(), &batchStatistics.back()})
      resizeWithSlack(*v, p.initial.size());
  }
  for (const training::FixedPointFormat &format : built.formats)
    exponents.emplace_back(format.exponent);
  for (auto *v : {&units, &magnitudes})
    resizeWithSlack(*v, built.formats.size());
  resizeWithSlack(inputs, productOf(built.inputShape));
  resizeWithSlack(targets, productOf(built.targetShape));
  resizeWithSlack(logits, productOf(built.logitsShape));
  return success();
}

void Trainer::begin() {
  adapt();
  project();
  prior.begin(numbers());
  updatePrior();
}

std::vector<const std::vector<float> *> Trainer::numbers() const {
  std::vector<const std::vector<float> *> all;
  for (const State &s : state)
    all.push_back(&s.now.numbers);
  return all;
}

/// What was given up stays zero.
void Trainer::updatePrior() {
  if (prior.isEmpty())
    return;
  prior.update(numbers());
  prior.forGivenUp([&](const training::BondSide &side, int64_t i) {
    Buffers &now = state[side.parameter].now;
    now.numbers[i] = 0;
    for (std::vector<float> &slot : now.slots)
      slot[i] = 0;
  });
  for (size_t i = 0; i < state.size(); ++i)
    if (built.parameters[i].hasPrior)
      prior.precisions(i, state[i].precisions);
}

void Trainer::adapt() {
  for (State &s : state) {
    if (!s.projection)
      continue;
    s.projection->adapt(s.now.numbers);
    if (s.projection->settles())
      s.projection->settle(s.now.numbers);
  }
}

/// What is pruned after t of T steps is a share 1 − (1 − t/T)³ of what will be. Source: Zhu and Gupta, arXiv 1710.01878, eq. 1.
void Trainer::prune() {
  constexpr int64_t mostChoices = 100;
  int64_t every = std::max<int64_t>(1, options.pruneSteps / mostChoices);
  if (stepNow > options.pruneSteps || (stepNow % every != 0 && stepNow != options.pruneSteps))
    return;
  double remaining = options.pruneSteps > 0 ? 1 - static_cast<double>(stepNow) / static_cast<double>(options.pruneSteps) : 0;
  for (State &s : state)
    if (s.projection && s.projection->prunes()) {
      s.projection->prune(s.now.numbers, remaining * remaining * remaining);
      s.projection->adapt(s.now.numbers);
    }
}

void Trainer::project() {
  for (State &s : state)
    if (s.projection) {
      std::copy(s.now.numbers.begin(), s.now.numbers.end(), s.read.begin());
      s.projection->project(s.read);
    }
}

void Trainer::updateStatistics() {
  double samples = static_cast<double>(options.step.batch);
  for (size_t i = 0; i < statistics.size(); ++i) {
    // Variances without bias: of a batch's elements per channel.
    bool isVariance = i % 2 == 1;
    double factor = isVariance && samples > 1 ? samples / (samples - 1) : 1;
    for (size_t c = 0; c < statistics[i].size(); ++c)
      statistics[i][c] = static_cast<float>((1 - kStatisticsShare) * statistics[i][c] + kStatisticsShare * factor * batchStatistics[i][c]);
  }
}

LogicalResult Trainer::takeStatistics(const TrainingData &data) {
  shuffle(data.count());
  gather(data, order.data(), options.step.batch);
  if (failed(runStep(0, 1, 0)))
    return failure();
  for (size_t i = 0; i < statistics.size(); ++i)
    std::copy(batchStatistics[i].begin(), batchStatistics[i].end(), statistics[i].begin());
  return success();
}

/// From the batch that was gathered to `next`.
LogicalResult Trainer::runStep(float rate, float correction, uint32_t seed) {
  float loss = 0;
  std::vector<const void *> in{inputs.data(), targets.data(), &rate, &correction};
  std::vector<void *> out{&loss, logits.data()};
  for (State &s : state) {
    in.push_back(s.now.numbers.data());
    if (s.projection)
      in.push_back(s.read.data());
    out.push_back(s.next.numbers.data());
    for (int k = 0; k < built.slots; ++k)
      in.push_back(s.now.slots[k].data()), out.push_back(s.next.slots[k].data());
    if (!s.precisions.empty())
      in.push_back(s.precisions.data());
  }
  for (std::vector<float> &v : batchStatistics)
    out.push_back(v.data());
  if (options.step.fixedPoint) {
    for (size_t i = 0; i < units.size(); ++i)
      units[i] = exponents[i].unit();
    in.insert(in.end(), {units.data(), &seed});
    out.push_back(magnitudes.data());
  }
  return stepCode->run(in.data(), out.data(), 1);
}

/// Steps whose results are dropped, until the first batch fits every format.
void Trainer::settleExponents() {
  constexpr int mostSteps = 64;
  bool isSettled = false;
  for (int i = 0; i < mostSteps && !isSettled; ++i) {
    if (failed(runStep(0, 1, 0)))
      return;
    isSettled = true;
    for (auto [format, exponent, greatest] : llvm::zip(built.formats, exponents, magnitudes))
      if (format.kind != training::FixedPointFormat::Kind::weight && format.kind != training::FixedPointFormat::Kind::bias)
        isSettled &= exponent.settle(greatest, format.greatest());
  }
}

/// The range of weights stays: what leaves it is clamped.
void Trainer::observeExponents() {
  for (auto [format, exponent, greatest] : llvm::zip(built.formats, exponents, magnitudes))
    if (format.kind != training::FixedPointFormat::Kind::weight)
      exponent.observe(greatest, format.greatest(), stepNow);
}

bool Trainer::step(const TrainingData &data, Score &sum) {
  int64_t batch = options.step.batch;
  if ((stepInEpoch + 1) * batch > data.count()) {
    ++epochNow;
    stepInEpoch = 0;
    prior.prune();
    updatePrior();
    project();
    return false;
  }
  if (stepNow == 0 && options.pruneSteps > 0) {
    prune();
    project();
  }
  shuffle(data.count());
  const int64_t *samples = order.data() + stepInEpoch * batch;
  gather(data, samples, batch, options.augmentation);
  rateNow = options.schedule.at(stepNow);
  float rate = static_cast<float>(rateNow), correction = 1;
  if (options.step.optimizer != training::Optimizer::sgd) {
    auto t = static_cast<double>(stepNow + 1);
    rate = static_cast<float>(rateNow / (1 - std::pow(options.step.beta1, t)));
    correction = static_cast<float>(1 / std::sqrt(1 - std::pow(options.step.beta2, t)));
  }
  if (options.step.fixedPoint && stepNow == 0)
    settleExponents();
  reference::SplitMix64 random(options.seed * 0xD1342543DE82EF95u + static_cast<uint64_t>(stepNow));
  if (failed(runStep(rate, correction, static_cast<uint32_t>(random.next()))))
    return false;
  observeExponents();
  score(data, samples, batch, sum);
  for (State &s : state)
    std::swap(s.now, s.next);
  updateStatistics();
  updatePrior();
  ++stepNow, ++stepInEpoch;
  prune();
  if (options.adaptEvery > 0 && stepNow % options.adaptEvery == 0)
    adapt();
  project();
  return true;
}

Score Trainer::evaluate(const TrainingData &data) {
  Score sum;
  std::vector<const void *> in{inputs.data()};
  for (State &s : state)
    in.push_back(s.projection ? s.read.data() : s.now.numbers.data());
  for (std::vector<float> &v : statistics)
    in.push_back(v.data());
  for (size_t i = 0; i < units.size(); ++i)
    units[i] = exponents[i].unit();
  if (options.step.fixedPoint)
    in.push_back(units.data());
  void *out = logits.data();
  std::vector<int64_t> samples(options.step.batch);
  for (int64_t first = 0; first < data.count(); first += options.step.batch) {
    int64_t count = std::min(options.step.batch, data.count() - first);
    for (int64_t i = 0; i < count; ++i)
      samples[i] = first + i;
    gather(data, samples.data(), count);
    if (failed(forwardCode->run(in.data(), &out, 1)))
      break;
    score(data, samples.data(), count, sum);
  }
  sum.loss /= static_cast<double>(data.count()), sum.accuracy /= static_cast<double>(data.count());
  return sum;
}

Checkpoint Trainer::save() const {
  Checkpoint c;
  c.epoch = epochNow, c.stepInEpoch = stepInEpoch, c.step = stepNow;
  for (const State &s : state) {
    c.tensors.push_back(s.now.numbers);
    c.tensors.insert(c.tensors.end(), s.now.slots.begin(), s.now.slots.end());
    c.tensors.emplace_back();
    if (s.projection)
      s.projection->save(c.tensors.back());
  }
  c.tensors.insert(c.tensors.end(), statistics.begin(), statistics.end());
  c.tensors.emplace_back(exponents.size() * training::DynamicExponent::stateSize);
  for (size_t i = 0; i < exponents.size(); ++i)
    exponents[i].save(c.tensors.back().data() + i * training::DynamicExponent::stateSize);
  c.tensors.emplace_back();
  prior.save(c.tensors.back());
  return c;
}

llvm::Error Trainer::restore(const Checkpoint &c) {
  Checkpoint own = save();
  bool fits = c.tensors.size() == own.tensors.size();
  for (size_t i = 0; fits && i < c.tensors.size(); ++i)
    fits = c.tensors[i].size() == own.tensors[i].size();
  if (!fits || c.epoch < 0 || c.step < 0 || c.stepInEpoch < 0)
    return llvm::createStringError("the checkpoint is of another model or another optimizer");
  epochNow = c.epoch, stepInEpoch = c.stepInEpoch, stepNow = c.step;
  size_t at = 0;
  auto take = [&](std::vector<float> &v) {
    std::copy(c.tensors[at].begin(), c.tensors[at].end(), v.begin());
    ++at;
  };
  for (State &s : state) {
    take(s.now.numbers);
    for (std::vector<float> &slot : s.now.slots)
      take(slot);
    size_t from = 0;
    if (s.projection)
      s.projection->restore(c.tensors[at], from);
    ++at;
  }
  for (std::vector<float> &v : statistics)
    take(v);
  for (size_t i = 0; i < exponents.size(); ++i)
    exponents[i].restore(c.tensors[at].data() + i * training::DynamicExponent::stateSize);
  prior.restore(c.tensors.back());
  for (size_t i = 0; i < state.size(); ++i)
    if (built.parameters[i].hasPrior)
      prior.precisions(i, state[i].precisions);
  project();
  return llvm::Error::success();
}

LogicalResult Trainer::store() {
  std::vector<std::vector<float>> values;
  for (State &s : state) {
    values.push_back(s.now.numbers);
    if (s.projection)
      s.projection->store(values.back());
  }
  values.insert(values.end(), statistics.begin(), statistics.end());
  if (options.step.fixedPoint) {
    std::vector<int> found;
    for (const training::DynamicExponent &exponent : exponents)
      found.push_back(exponent.value());
    training::storeFixedPoint(module, built, values, found);
  } else {
    training::storeParameters(module, built, values);
  }
  return prior.isEmpty() ? success() : training::shrinkBonds(module, prior.all(), prior.kept());
}

} // namespace weft::trainer

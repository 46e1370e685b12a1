//===- Batches.cpp - the samples of a step ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Trainer/Trainer.h"

#include "runtime/reference/Masks.h"
#include <cmath>
#include <cstring>

namespace weft::trainer {

/// The order of an epoch depends on the seed and the epoch alone.
void Trainer::shuffle(int64_t count) {
  if (orderOf == epochNow && static_cast<int64_t>(order.size()) == count)
    return;
  order.resize(count);
  for (int64_t i = 0; i < count; ++i)
    order[i] = i;
  reference::SplitMix64 random(options.seed * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(epochNow));
  random.next();
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[random.below(i + 1)]);
  orderOf = epochNow;
}

/// Fills a batch; what is missing repeats the last sample.
void Trainer::gather(const TrainingData &data, const int64_t *samples, int64_t count, const training::Augmentation &augmentation) {
  int64_t width = data.width();
  std::vector<int64_t> image(data.inputs.shape().begin() + 1, data.inputs.shape().end());
  image.insert(image.begin(), image.size() == 2 ? 1 : 0, 1);
  for (int64_t i = 0; i < options.step.batch; ++i) {
    int64_t sample = samples[std::min(i, count - 1)];
    const float *from = data.inputs.floats().data() + sample * width;
    if (augmentation.isNone())
      std::memcpy(inputs.data() + i * width, from, width * sizeof(float));
    else
      training::augment(augmentation, image, options.seed, epochNow, sample, from, inputs.data() + i * width);
    std::memcpy(targets.data() + i * data.outputs, data.targets.data() + sample * data.outputs, data.outputs * sizeof(float));
  }
}

/// The loss in double, from the batch's logits and targets.
void Trainer::score(const TrainingData &data, const int64_t *samples, int64_t count, Score &sum) const {
  int64_t n = data.outputs;
  for (int64_t i = 0; i < count; ++i) {
    const float *y = logits.data() + i * n, *t = targets.data() + i * n;
    int64_t best = std::max_element(y, y + n) - y;
    sum.accuracy += !data.labels.empty() && best == data.labels[samples[i]];
    double loss = 0, total = 0;
    for (int64_t c = 0; c < n; ++c)
      total += std::exp(static_cast<double>(y[c]) - y[best]);
    double logTotal = std::log(total) + y[best];
    for (int64_t c = 0; c < n; ++c)
      loss += options.step.loss == training::Loss::crossEntropy ? t[c] * (logTotal - y[c]) : (y[c] - t[c]) * (y[c] - t[c]) / n;
    sum.loss += loss;
  }
}

} // namespace weft::trainer

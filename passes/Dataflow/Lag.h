//===- Lag.h - how many beats a queue must hold ----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// The depths of the queues behind a fork whose branches join again, from counts of beats.
//
// A process of docs/dataflow.md takes fixed numbers of beats in a fixed order, whole frames after whole frames. So
// need(n), the number of beats of a fork F that must have passed before the n-th beat can exist at some place behind it,
// is a function of the graph, and need(n + beats of a frame) = need(n) + beats of a frame at F.
//
// Let a join J be about to execute step s, having taken k_i beats from input i, and let A be the greatest need
// over its inputs of the beats that step s and those before it take. At most m_i = max {m : need_i(m) <= A} beats can
// exist at input i when A beats have passed F. The queue in front of input i gets depth max_s (m_i - k_i).
//
// Behind a reorder (T6) it needs no depth: J is in the frame f that the reorder gives out or has given out, so that takes in (f + 2) frames whatever
// J does, and A beats are not more than f + 1 frames. Such a branch never blocks F before A beats have passed. Depth makes frames follow each other
// faster there, so it is left out only where the reorder repeats, and its frames are long.
//
// Claim: the design cannot deadlock. Suppose it is stuck while results are taken. Take a process that is stuck and
// has no stuck process behind it that waits for it to take a beat, that is, one which waits for a beat of an empty queue: going
// on from a full queue to its consumer ends at such a process, because the graph has no cycles. It is a join J at step s
// (a process with one input passes the question on to its producer). Its empty input wants a beat of need at most A; going upstream
// along empty queues ends at the source, which offers for ever, or at a fork F that has passed fewer than A beats and is blocked
// by a full queue of another branch. That branch, followed downstream through full queues, ends at a join that
// waits; if it is J, its queue at J is full, i.e. holds m_i - k_i beats or more, so need_i of its last beat would exceed A:
// F would have passed more than A beats, a contradiction. If it is another join J' upstream of J, the same
// argument holds for J', and there are finitely many joins.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_DATAFLOW_LAG_H
#define PASSES_DATAFLOW_LAG_H

#include "passes/Dataflow/Schedule.h"


namespace weft::dataflow {

/// need(n) for the beats 1 … size() of one frame, in beats of the place it is counted from.
using Need = std::vector<int64_t>;

/// Beats of `node`'s inputs needed for each emitted beat of a frame: element [i] for input i.
std::vector<Need> needsOf(const flow::Timing &timing, size_t inputs);

struct Depth {
  int64_t least = 2;     ///< cannot deadlock
  int64_t slack = 0;     ///< further beats, so that pipeline latencies cost no throughput
};

/// Depths of all channels by index: `least` is 2 where no branches join.
std::vector<Depth> queueDepths(const Network &network);

} // namespace weft::dataflow

#endif // PASSES_DATAFLOW_LAG_H

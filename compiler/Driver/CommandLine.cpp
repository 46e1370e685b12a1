//===- CommandLine.cpp - flags are bound here; those of learning in TrainFlags.cpp ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/CpuBackend.h"
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/TrainFlags.h"
#include "compiler/Driver/Version.h"
#include "compiler/Pipeline/ParseOptions.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <functional>
#include <memory>

namespace weft::driver {
namespace {

/// What the chosen command will do; set while the command line is read, called after it.
using Action = std::function<llvm::Error()>;

void addCommon(CLI::App *command, CommonOptions &options, bool reports = true) {
  if (reports)
    command->add_flag("--json", options.json, "print one JSON object on stdout instead of tables");
  command->add_flag("-q,--quiet", options.quiet, "no progress line, no tables");
  command->add_flag("-v,--verbose", options.verbose, "times of the phases, on stderr");
  command->set_help_flag("-h,--help", "print this help");
}

/// The model, and how it is imported.
void addModel(CLI::App *command, ModelOptions &options, const char *text) {
  command->add_option("model", options.model, text)->required();
  command->add_option("--bind", options.bindings, "fix this input of an ONNX model to a value: where shapes depend on it")
      ->type_name("NAME=FILE.npy")
      ->take_all();
  command->add_option("--dim", options.dims, "the size of a dimension that the ONNX model leaves open: batch=1, or by input and axis: x[2]=64")->type_name("NAME=SIZE")->take_all();
}

void addData(CLI::App *command, DataOptions &options, const char *flag, const char *text) {
  command->add_option(flag, options.path, text)->type_name("FILE|FOLDER");
  command->add_option("--preprocess", options.preprocess, "done to every sample first, e.g. scale=1/255,mean=0.5,std=0.25")
      ->type_name("STEPS");
}

/// `--threads`; `threads` lives as long as the command.
void addThreads(CLI::App *command, int &threads) {
  command->add_option("--threads", threads, "threads of the native code, with the same results (default 1)")
      ->type_name("N")
      ->check(CLI::Range(1, cpu::kMostThreads));
}

/// How native code computes; `options` live as long as the command.
void addNative(CLI::App *command, pipeline::NativeOptions &options) {
  addThreads(command, options.threads);
  command->add_option("--tolerance", options.tolerance, "how far native results of a layer may be from exact sums, over the greatest of them: 1e-5 allows Winograd (default 0)")
      ->type_name("T")
      ->check(CLI::Range(0.0, 1.0));
}

/// Flags of compression and quantization.
void addNumbers(CLI::App *command, pipeline::PipelineOptions &options) {
  command
      ->add_option_function<std::string>(
          "--quantize", [&](const std::string &text) { orThrow(pipeline::parseQuantize(text, options.quantize)); },
          "int2 … int16 (int8 by default), w4a8 for weights and activations apart, none for floating point")
      ->type_name("TYPE");
  command
      ->add_option_function<std::string>(
          "--calibration",
          [&](const std::string &text) {
            orThrow(pipeline::expectOneOf("--calibration", text, {"minmax", "percentile", "mse"}));
            options.quantize.calibration = text;
          },
          "how activation ranges are chosen: minmax (default), percentile, mse")
      ->type_name("METHOD");
  command->add_flag_callback("--per-channel", [&] { options.quantize.perChannel = true; },
                             "one weight scale per output channel (default)");
  command->add_flag_callback("--per-tensor", [&] { options.quantize.perChannel = false; }, "one weight scale per tensor");
  auto *compress = command->add_option("--compress", options.compress, "compress every layer so, e.g. 'cluster{k=16}'")
                       ->type_name("SCHEME");
  command->add_option("--recipe", options.recipeFile, "compress layer by layer as this YAML file says")
      ->type_name("FILE")
      ->excludes(compress);
}

void addPipeline(CLI::App *command, pipeline::PipelineOptions &options) {
  addNumbers(command, options);
  command
      ->add_option_function<std::string>(
          "--parallelism",
          [&](const std::string &text) { options.parallelism = orThrow(pipeline::parseParallelism(text)); },
          "cycles=N (a target per inference), layer=PE:SIMD, or both, joined by commas")
      ->type_name("FOLDING");
  command
      ->add_option_function<std::string>(
          "--device",
          [&](const std::string &text) {
            orThrow(pipeline::checkDevice(text));
            options.device = text;
          },
          "xc7 (default) or ice40, or a part: ice40-up5k")
      ->type_name("DEVICE");
  command->add_option("--cpu", options.cpu, "processor of the native code, as LLVM names it; native is this machine's")
      ->type_name("CPU");
  addNative(command, options.native);
}

void addCalibration(CLI::App *command, DataOptions &options) {
  addData(command, options, "--calib", "samples for calibration: .npz, .npy or a folder with IDX files");
  command->add_option("--calib-limit", options.limit, "use only the first N samples (default 256; 0: all)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

void addInfo(CLI::App &app, Action &action) {
  auto options = std::make_shared<InfoOptions>();
  CLI::App *command = app.add_subcommand("info", "Show layers, shapes, parameters, operations, and what is unsupported; or what a recipe would cost and lose");
  addModel(command, *options, "model.onnx, model.onnxtext, an .mlir file or an output folder");
  addCalibration(command, options->calibration);
  addPipeline(command, options->pipeline);
  addCommon(command, *options);
  command->footer("Examples:\n  weft info model.onnx\n  weft info out/ --json\n"
                  "  weft info model.onnx --compress='cluster{k=16}' --calib train.npz");
  command->callback([=, &action] { action = [=] { return info(*options); }; });
}

void addCompile(CLI::App &app, Action &action) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App *command = app.add_subcommand("compile", "Compile a model to SystemVerilog, HLS C++ and native code");
  addModel(command, *options, "model.onnx, model.onnxtext, or an .mlir file of any phase");
  command->add_option("-o,--output", options->output, "output folder (with --compile-to: a file, - is stdout)")->type_name("PATH");
  command->add_flag("--force", options->force, "replace an output folder that weft wrote before");
  command
      ->add_option_function<std::string>(
          "--target", [=](const std::string &text) { options->targets = orThrow(pipeline::parseTargets(text)); },
          "any of verilog,hls,cpu (default: all; cpu for floating point)")
      ->type_name("LIST");
  addCalibration(command, options->calibration);
  addPipeline(command, options->pipeline);
  command->add_option("--compile-to", options->compileTo, "stop after this phase and print IR; weft help phases lists them")
      ->type_name("PHASE");
  addCommon(command, *options);
  command->footer("Examples:\n"
                  "  weft compile model.onnx --calib train.npz -o out/\n"
                  "  weft compile model.onnx --calib train.npz -o out/ --compress='cluster{k=16}' --device=ice40-up5k\n"
                  "  weft compile model.onnx --calib train.npz -o out/ --parallelism=cycles=1000,fc1=4:16 --force\n"
                  "  weft compile model.onnx --compile-to=nn | weft compile /dev/stdin --calib train.npz -o out/");
  command->callback([=, &action] { action = [=] { return compile(*options); }; });
}

void addExport(CLI::App &app, Action &action) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App *command = app.add_subcommand("export", "Write a model as standard ONNX, compressed where ONNX can say it");
  addModel(command, *options, "model.onnx, model.onnxtext, an .mlir file or an output folder");
  command->add_option("-o,--output", options->output, "the .onnx file to write")->type_name("FILE")->required();
  command->add_flag("--force", options->force, "replace a file that exists");
  command->add_flag("--materialize", options->materialize, "dense weights, also where ONNX could keep them compressed");
  addCalibration(command, options->calibration);
  addNumbers(command, options->pipeline);
  addCommon(command, *options);
  command->footer("Examples:\n  weft export model.onnx --compress='cluster{k=16}' -o small.onnx\n"
                  "  weft export model.onnx --calib train.npz -o int8.onnx\n  weft export out/ -o small.onnx");
  command->callback([=, &action] { action = [=] { return exportModel(*options); }; });
}

void addTrain(CLI::App &app, Action &action) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App *command = app.add_subcommand("train", "Train a model with its compression and quantization in the loop");
  addModel(command, *options, "model.onnx, model.onnxtext or an .mlir file");
  addData(command, options->data, "--data", "samples and labels: .npz (x, y), or a folder with IDX files");
  command->get_option("--data")->required();
  command->add_option("-n,--limit", options->data.limit, "use only the first N samples")->type_name("N")->check(CLI::NonNegativeNumber);
  command->add_option("--val", options->test.path, "the same, to measure accuracy after each epoch")->type_name("FILE|FOLDER");
  command->add_option("-o,--output", options->output, "folder for model.onnx, report and checkpoint")->type_name("FOLDER")->required();
  command->add_flag("--force", options->force, "write into a folder that holds a training already");
  command->add_flag("--from-scratch", options->fromScratch, "begin with new weights");
  command->add_flag("--resume", options->resume, "go on from the checkpoint in the output folder");
  command->add_option("--checkpoint-every", options->checkpointEvery, "steps between checkpoints (default: one after each epoch)")
      ->check(CLI::NonNegativeNumber);
  addTrainFlags(command, *options);
  addNumbers(command, options->pipeline);
  addThreads(command, options->pipeline.native.threads);
  addCommon(command, *options);
  command->footer("Examples:\n"
                  "  weft train model.onnx --data train.npz --val test.npz --compress='cluster{k=8}' -o tuned/\n"
                  "  weft train arch.onnx --from-scratch --quantize=none --data mnist/ --val mnist/ --preprocess=scale=1/255 --epochs 12 -o trained/\n"
                  "  weft compile tuned/model.onnx -o out/");
  command->callback([=, &action] { action = [=] { return train(*options); }; });
}

/// `--with`: who runs the model; `executor` lives as long as the command.
void addExecutor(CLI::App *command, std::string &executor) {
  command
      ->add_option_function<std::string>(
          "--with",
          [&executor](const std::string &text) {
            orThrow(pipeline::expectOneOf("--with", text, {"native", "reference"}));
            executor = text;
          },
          "native (default) or reference")
      ->type_name("EXECUTOR");
}

/// `--planes`; `planes` lives as long as the command.
void addPlanes(CLI::App *command, std::vector<compression::PlaneRequest> &planes) {
  command
      ->add_option_function<std::string>(
          "--planes", [&planes](const std::string &text) { planes = orThrow(pipeline::parsePlanes(text)); },
          "count only the upper N bit planes of every layer that has any, or of a layer: 4, or fc1=4,fc2=6")
      ->type_name("N");
}

void addRun(CLI::App &app, Action &action) {
  auto options = std::make_shared<RunOptions>();
  CLI::App *command = app.add_subcommand("run", "Run a model on inputs, as native code");
  addModel(command, *options, "model.onnx, an .mlir file or an output folder");
  command->add_option("-i,--input", options->inputs, "[name=]x.npy for each input, or an .npz that names them")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "folder for <output name>.npy")->type_name("FOLDER")->required();
  addExecutor(command, options->executor);
  addNative(command, options->native);
  addPlanes(command, options->planes);
  addCommon(command, *options);
  command->footer("Examples:\n  weft run model.onnx -i x.npy -o result/\n  weft run model.onnx -i x.npy --bind shape=s.npy -o result/\n  weft run out/ -i image=x.npy -o result/");
  command->callback([=, &action] { action = [=] { return run(*options); }; });
}

void addEval(CLI::App &app, Action &action) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App *command = app.add_subcommand("eval", "Measure accuracy, and agreement with the float model");
  addModel(command, *options, "model.onnx, an .mlir file or an output folder");
  addData(command, options->data, "--data", "test samples and labels: .npz (x, y), or a folder with IDX files");
  command->get_option("--data")->required();
  command->add_option("-n,--limit", options->data.limit, "use only the first N samples")->type_name("N")->check(CLI::NonNegativeNumber);
  command->add_option("--min-accuracy", options->minAccuracy, "exit code 1 if the accuracy (0…1) is less")
      ->type_name("A")
      ->check(CLI::Range(0.0, 1.0));
  addExecutor(command, options->executor);
  addNative(command, options->native);
  addPlanes(command, options->planes);
  addCommon(command, *options);
  command->footer("Examples:\n  weft eval model.onnx --data test.npz\n"
                  "  weft eval out/ --data mnist/ --preprocess=scale=1/255 --min-accuracy 0.97 --json");
  command->callback([=, &action] { action = [=] { return eval(*options); }; });
}

void addVerify(CLI::App &app, Action &action) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App *command = app.add_subcommand("verify", "Show that reference, native code, HLS and RTL return the same bits");
  command->add_option("folder", options->folder, "what weft compile wrote")->required();
  addData(command, options->data, "--data", "vectors: .npz, .npy or a folder with IDX files (default: random codes and corners)");
  command->add_option("-n,--vectors", options->vectors, "number of vectors")->type_name("N")->check(CLI::NonNegativeNumber);
  command
      ->add_option_function<std::string>(
          "--simulator",
          [=](const std::string &text) {
            orThrow(pipeline::expectOneOf("--simulator", text, {"verilator", "icarus"}));
            options->simulator = text;
          },
          "verilator (default) or icarus")
      ->type_name("NAME");
  command
      ->add_option_function<std::vector<std::string>>(
          "--with",
          [=](const std::vector<std::string> &names) {
            for (const std::string &name : names)
              orThrow(pipeline::expectOneOf("--with", name, {"reference", "native", "hls", "rtl"}));
            options->executors = names;
          },
          "what to compare (default: reference,native,hls,rtl)")
      ->delimiter(',')
      ->type_name("LIST");
  command->add_flag("--skip-missing", options->skipMissing, "go on without a simulator that is not installed");
  command->add_option("--seed", options->seed, "of random vectors and stalls")->type_name("N");
  addCommon(command, *options);
  command->footer("Examples:\n  weft verify out/ --data test.npz -n 100\n  weft verify out/ --simulator=icarus --json");
  command->callback([=, &action] { action = [=] { return verify(*options); }; });
}

void addSynth(CLI::App &app, Action &action) {
  auto options = std::make_shared<SynthOptions>();
  CLI::App *command = app.add_subcommand("synth", "Synthesize the RTL with Yosys: LUT, FF, BRAM, DSP, MHz");
  command->add_option("folder", options->folder, "what weft compile wrote")->required();
  command
      ->add_option_function<std::string>(
          "--device",
          [=](const std::string &text) {
            orThrow(pipeline::checkDevice(text));
            options->device = text;
          },
          "another device than the one of compile")
      ->type_name("DEVICE");
  command->add_flag("--bitstream", options->bitstream, "place, route and pack (iCE40: nextpnr-ice40, icepack)");
  addCommon(command, *options);
  command->footer("Examples:\n  weft synth out/\n  weft synth out/ --device ice40-up5k --bitstream");
  command->callback([=, &action] { action = [=] { return synth(*options); }; });
}

CLI::App *findCommand(CLI::App &app, const std::string &name) {
  for (CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
    if (command->get_name() == name)
      return command;
  return nullptr;
}

/// `weft help`, `weft help exit-codes`, `weft help phases`, `weft help <command>`.
void addHelp(CLI::App &app, Action &action) {
  auto topic = std::make_shared<std::string>();
  CLI::App *command = app.add_subcommand("help", "Help on a command, or on: exit-codes, phases");
  command->add_option("topic", *topic, "a command, exit-codes or phases");
  command->callback([=, &app, &action] {
    action = [=, &app]() -> llvm::Error {
      if (topic->empty())
        fmt::print("{}", app.help());
      else if (CLI::App *found = findCommand(app, *topic))
        fmt::print("{}", found->help());
      else if (auto text = helpTopic(*topic); !text.empty())
        fmt::print("{}", text);
      else
        return usageError(fmt::format("help: expected a command, exit-codes or phases, found '{}'", *topic));
      return llvm::Error::success();
    };
  });
}

/// CLI11's texts, in the form of weft's errors: lower-case start, no final period, no names of its classes.
std::string tidied(const CLI::ParseError &error, const CLI::App &app) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
    text.pop_back();
  if (text.size() > 1 && std::isupper(text[0]) && !std::isupper(text[1]))
    text[0] = static_cast<char>(std::tolower(text[0]));
  if (app.get_subcommands().empty()) {
    std::vector<llvm::StringRef> names;
    for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
      names.push_back(command->get_name());
    for (const std::string &word : app.remaining())
      if (!word.empty() && word[0] != '-')
        if (auto unknown = pipeline::expectOneOf("command", word, names))
          return llvm::toString(std::move(unknown));
  }
  return text;
}

} // namespace

int weftMain(int argc, char **argv) {
  CLI::App app{"weft compiles ONNX networks to SystemVerilog, HLS C++ and native code that return the same bits", "weft"};
  Action action;
  app.set_version_flag("--version", versionText());
  app.set_help_flag("-h,--help", "print this help");
  app.require_subcommand(1);
  app.footer("Examples:\n  weft compile model.onnx --calib train.npz -o out/\n  weft verify out/ --data test.npz\n\n"
             "weft <command> --help says more. Exit codes: weft help exit-codes.");
  addInfo(app, action);
  addCompile(app, action);
  addExport(app, action);
  addRun(app, action);
  addEval(app, action);
  addVerify(app, action);
  addSynth(app, action);
  addTrain(app, action);
  addHelp(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &help) {
    return app.exit(help);
  } catch (const CLI::ParseError &error) {
    std::string command = app.get_subcommands().empty() ? "" : " " + app.get_subcommands()[0]->get_name();
    return static_cast<int>(report(usageError(tidied(error, app) + "; see weft" + command + " --help")));
  }
  return static_cast<int>(report(action()));
}

} // namespace weft::driver

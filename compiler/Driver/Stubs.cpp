#include "compiler/Driver/Commands.h"
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Samples.h"
#include "compiler/Driver/Executor.h"
namespace weft::driver {
llvm::Error verify(const VerifyOptions &options) { return unsupported("not yet"); }
llvm::Error synth(const SynthOptions &options) { return unsupported("not yet"); }
llvm::Error Compilation::emitTargets(const OutputFolder &folder) { return llvm::Error::success(); }
llvm::Expected<std::unique_ptr<Executor>> makeNative(mlir::ModuleOp module, llvm::StringRef function) { return unsupported("not yet"); }
}

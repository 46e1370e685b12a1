#include "compiler/Driver/Commands.h"
#include "compiler/Driver/CommandError.h"
namespace weft::driver {
llvm::Error compile(const CompileOptions &options) { return unsupported("not yet"); }
llvm::Error run(const RunOptions &options) { return unsupported("not yet"); }
llvm::Error eval(const EvalOptions &options) { return unsupported("not yet"); }
llvm::Error verify(const VerifyOptions &options) { return unsupported("not yet"); }
llvm::Error synth(const SynthOptions &options) { return unsupported("not yet"); }
}

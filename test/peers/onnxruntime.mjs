// Runs a model with onnxruntime and writes every output as .npy.
//
//   node onnxruntime.mjs model.onnx folder name=in.npy [name=in.npy …] [--unfused]   ("=in.npy" alone: the first input)
//
// --unfused: node by node, without the graph optimizer.
//
// The peer that results are compared with; installed by `npm ci --ignore-scripts` in this folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';

const KINDS = {
  '<f4': ['float32', Float32Array], '<f8': ['float64', Float64Array], '<i8': ['int64', BigInt64Array],
  '<i4': ['int32', Int32Array], '<i2': ['int16', Int16Array], '|i1': ['int8', Int8Array],
  '|u1': ['uint8', Uint8Array], '<u2': ['uint16', Uint16Array], '|b1': ['bool', Uint8Array],
  '<f2': ['float16', Uint16Array],
};

export function readNpy(path) {
  const bytes = readFileSync(path);
  if (bytes.subarray(0, 6).toString('latin1') !== '\x93NUMPY') throw new Error(`${path}: not a .npy file`);
  const wide = bytes[6] >= 2;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  const header = bytes.subarray(wide ? 12 : 10, start).toString('latin1');
  const descr = /'descr':\s*'([^']+)'/.exec(header)[1];
  if (/'fortran_order':\s*True/.test(header)) throw new Error(`${path}: Fortran order`);
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header)[1].split(',').filter((s) => s.trim()).map(Number);
  if (!KINDS[descr]) throw new Error(`${path}: element type ${descr}`);
  const [type, Kind] = KINDS[descr];
  const data = new Kind(new Uint8Array(bytes.subarray(start)).buffer, 0, dims.reduce((a, b) => a * b, 1));
  return new ort.Tensor(type, data, dims);
}

export function writeNpy(path, tensor) {
  const [descr] = Object.entries(KINDS).find(([, [type]]) => type === tensor.type);
  const shape = tensor.dims.length === 1 ? `${tensor.dims[0]},` : tensor.dims.join(', ');
  let header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
  const prefix = Buffer.alloc(10, 0);
  prefix.write('\x93NUMPY\x01\x00', 'latin1');
  prefix.writeUInt16LE(header.length, 8);
  const data = tensor.data;
  writeFileSync(path, Buffer.concat([prefix, Buffer.from(header, 'latin1'),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

export async function openModel(path, level = 'all') {
  return ort.InferenceSession.create(path, {
    executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: level,
    logSeverityLevel: 3,
  });
}

if (process.argv[1].endsWith('onnxruntime.mjs')) {
  const unfused = process.argv.includes('--unfused');
  const [model, folder, ...inputs] = process.argv.slice(2).filter((word) => word !== '--unfused');
  if (!inputs.length) {
    console.error('usage: node onnxruntime.mjs model.onnx folder name=in.npy …');
    process.exit(4);
  }
  const session = await openModel(model, unfused ? 'disabled' : 'all');
  const feeds = {};
  for (const input of inputs) {
    const [, name, path] = /^([^=]*)=(.*)$/.exec(input) ?? [null, '', input];
    feeds[name || session.inputNames[0]] = readNpy(path);
  }
  const results = await session.run(feeds);
  mkdirSync(folder, { recursive: true });
  for (const [name, tensor] of Object.entries(results)) writeNpy(join(folder, `${name.replace(/[^\w.-]/g, '_')}.npy`), tensor);
}

// A real gRPC server for the tests, on a port of its own unless it is told:
//
//     node server.mjs MODULES [--port N] [--text TEXT]
//         [--tls KEY CERTIFICATE] [--bench] [--health none|held]
//
// MODULES is the folder whose node_modules holds @grpc/grpc-js. It prints
// "port N", then a line of JSON for all that it sees, and ends with its
// stdin. Its health service may be none, or keep whoever asks waiting. With
// --bench it tells of no request, and answers the same over HTTP/1.1 in
// OpenAI's text form, on a port that it tells. What a request gets depends on
// the name of its model: see below.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const arguments_ = process.argv.slice(2);
const require = createRequire(resolve(arguments_[0], "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

function option(name, count = 1) {
  const at = arguments_.indexOf(name);
  return at < 0 ? [] : arguments_.slice(at + 1, at + 1 + count);
}

const text = (option("--text")[0] ?? "one two three").replaceAll("\\n", "\n");
const [key, certificate] = option("--tls", 2);
const bench = arguments_.includes("--bench");
const [health] = option("--health");
const protos = fileURLToPath(new URL("../../src/provider/proto", import.meta.url));
const root = grpc.loadPackageDefinition(
  loader.loadSync(["inference.proto", "health.proto"], {
    includeDirs: [protos],
    keepCase: true,
    longs: Number,
    enums: String,
  }),
);

const report = (event, more) =>
  process.stdout.write(JSON.stringify({ event, ...more }) + "\n");
const failure = (code, details) => Object.assign(new Error(), { code, details });

const peers = new Set();

// What the request says, with each tensor's elements as plain values.
function seen(method, call, request) {
  if (bench) return;
  peers.add(call.getPeer());
  const inputs = {};
  for (const [i, tensor] of (request.inputs ?? []).entries()) {
    inputs[tensor.name] = {
      datatype: tensor.datatype,
      shape: tensor.shape,
      values: values(tensor, request.raw_input_contents?.[i]),
    };
  }
  const parameters = {};
  for (const [name, value] of Object.entries(request.parameters ?? {}))
    parameters[name] = value[value.parameter_choice ?? Object.keys(value)[0]];
  const deadline = call.getDeadline();
  report("request", {
    method,
    model: request.model_name ?? request.service,
    inputs,
    parameters,
    headers: call.metadata.getMap(),
    deadline_ms: Number.isFinite(+deadline) ? +deadline - Date.now() : null,
    connections: peers.size,
  });
}

function values(tensor, raw) {
  if (raw?.length && tensor.datatype === "BYTES") {
    const list = [];
    for (let at = 0; at < raw.length; at += 4 + raw.readUInt32LE(at))
      list.push(raw.toString("utf8", at + 4, at + 4 + raw.readUInt32LE(at)));
    return list;
  }
  const contents = Object.values(tensor.contents ?? {}).find((c) => c.length);
  return (contents ?? []).map((v) => (Buffer.isBuffer(v) ? v.toString() : v));
}

function raw(element) {
  const bytes = Buffer.from(element);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

// An answer with `piece` in it.
function answer(request, piece) {
  const tensor = { name: "text_output", datatype: "BYTES", shape: [1] };
  const contents = { bytes_contents: [Buffer.from(piece)] };
  const inRaw = request.model_name.startsWith("raw");
  return {
    model_name: request.model_name,
    outputs: [inRaw ? tensor : { ...tensor, contents }],
    raw_output_contents: inRaw ? [raw(piece)] : [],
  };
}

// status-N fails with that code before it said anything, hold never answers,
// big-N answers with N bytes; raw-… puts the text into the raw contents.
function infer(call, reply) {
  const request = call.request;
  let answered = false;
  const done = (...all) => {
    answered = true;
    reply(...all);
  };
  const [kind, number] = request.model_name.split("-");
  seen("ModelInfer", call, request);
  // It also says so when all went well.
  call.on("cancelled", () => {
    if (!answered) report("cancelled", { model: request.model_name });
  });
  if (kind === "status")
    done(failure(+number, `model "${number}" says: nö, 100 % no\n`));
  else if (kind === "big") done(null, answer(request, "x".repeat(+number)));
  else if (kind !== "hold") done(null, answer(request, text));
}

// Besides those above: torn fails behind its first piece, refused says so in
// a message of the stream, endless never stops.
function inferStream(call) {
  call.on("data", (request) => {
    const [kind, number] = request.model_name.split("-");
    const pieces = text.match(/\S*\s*/g).filter((p) => p);
    const send = (piece) => call.write({ infer_response: answer(request, piece) });
    seen("ModelStreamInfer", call, request);
    let answered = false;
    const end = () => {
      answered = true;
      call.end();
    };
    const fail = (code, details) => {
      answered = true;
      call.emit("error", failure(code, details));
    };
    call.on("cancelled", () => {
      if (!answered) report("cancelled", { model: request.model_name });
    });
    if (kind === "status") fail(+number, `stream ${number}`);
    else if (kind === "refused") {
      call.write({ error_message: "the model is not ready" });
      end();
    } else if (kind === "hold") send(pieces[0]);
    else if (kind === "torn") {
      send(pieces[0]);
      setImmediate(fail, 13, "it broke");
    } else if (kind === "endless") {
      const more = () => {
        while (!call.cancelled && send(text.repeat(4000)));
        if (!call.cancelled) call.once("drain", more);
      };
      more();
    } else {
      for (const piece of pieces) send(piece);
      end();
    }
  });
}

function check(call, done) {
  seen("Check", call, call.request);
  const { service } = call.request;
  if (health === "held") return;
  if (service === "unknown") done(failure(5, "unknown service"));
  else done(null, { status: service === "ill" ? "NOT_SERVING" : "SERVING" });
}

const server = new grpc.Server();
server.addService(root.inference.GRPCInferenceService.service, {
  ModelInfer: infer,
  ModelStreamInfer: inferStream,
});
if (health !== "none")
  server.addService(root.grpc.health.v1.Health.service, { Check: check });
const credentials = key
  ? grpc.ServerCredentials.createSsl(null, [
      { private_key: readFileSync(key), cert_chain: readFileSync(certificate) },
    ])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync(`127.0.0.1:${option("--port")[0] ?? 0}`, credentials, (error, port) => {
  if (error) throw error;
  process.stdout.write(`port ${port}\n`);
  if (bench) listenForHttp();
});
function listenForHttp() {
  const http = createServer((request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      const { model } = JSON.parse(Buffer.concat(pieces));
      const choices = [{ index: 0, text, finish_reason: "stop" }];
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ object: "text_completion", model, choices }));
    });
  });
  http.listen(0, "127.0.0.1", () => report("http", { port: http.address().port }));
}

process.stdout.on("error", () => process.exit(0));
process.stdin.on("close", () => process.exit(0)).resume();

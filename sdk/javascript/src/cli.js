#!/usr/bin/env node
// npx switchyard-sdk: try a router, or record tasks to try it with.
import { parseArgs } from 'node:util';
import { Failure, record, test } from './testing.js';

const HELP = `usage: switchyard-sdk COMMAND

  test FILE [--tasks FILE] [--model NAME] [--deadline-ms N] [--json]
      run a router against recorded tasks; --model is one of yours, which the
      tasks do not have, and may be repeated
  record FILE
      a router for the configuration that leaves all as it is and appends its
      tasks to a file, a line of JSON for each
`;

const OPTIONS = {
  tasks: { type: 'string' },
  model: { type: 'string', multiple: true, default: [] },
  'deadline-ms': { type: 'string', default: '20' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function read() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (e) {
    console.error(`switchyard-sdk: ${e.message}`);
    process.exit(2);
  }
}

const { values, positionals: [command, file, ...more] } = read();
const deadlineMs = Number(values['deadline-ms']);
if (values.help) {
  process.stdout.write(HELP);
} else if (!['test', 'record'].includes(command) || !file || more.length || !(deadlineMs > 0)) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else if (command === 'record') {
  record(file);
} else {
  try {
    process.exitCode = await test([process.execPath, file],
      { tasks: values.tasks, models: values.model, deadlineMs, json: values.json });
  } catch (e) {
    if (!(e instanceof Failure) && e.code !== 'ENOENT') throw e;
    console.error(e.message);
    process.exitCode = 1;
  }
}

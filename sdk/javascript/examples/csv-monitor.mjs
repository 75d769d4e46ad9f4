// A line of CSV for each completion that is over.
//
//     {"plugins": [{"name": "csv", "monitor": true,
//                   "command": ["node", "/path/csv-monitor.mjs", "/path/completions.csv"]}]}
import fs from 'node:fs';
import { Monitor, run } from 'switchyard-sdk';

const COLUMNS = ['time', 'language', 'class', 'route', 'model', 'outcome', 'tokens_in', 'tokens_out',
  'cost', 'total_ms'];

const quote = (value) => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const row = (values) => `${values.map(quote).join(',')}\r\n`;

class CsvMonitor extends Monitor {
  constructor(path) {
    super();
    this.file = fs.openSync(path, 'a');
    if (fs.fstatSync(this.file).size === 0) fs.writeSync(this.file, row(COLUMNS));
  }

  onRecord(record) {
    fs.writeSync(this.file, row(COLUMNS.map((column) => record[column])));
  }

  close() {
    fs.closeSync(this.file);
  }
}

run(new CsvMonitor(process.argv[2]));

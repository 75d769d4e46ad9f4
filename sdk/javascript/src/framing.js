// Messages behind a Content-Length header, as in the Language Server Protocol.

export function frame(message) {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** A line where a message should begin. */
export class NoHeader extends Error {}

/** Cuts chunks, however they come, into messages. */
export class Frames {
  #chunks = [];
  #bytes = 0;
  #need = 0; // bytes of head and body, once the head is there
  #head = 0;
  #strict;

  /** With `strict`, of one that may print by mistake: feed() throws NoHeader. */
  constructor({ strict = false } = {}) {
    this.#strict = strict;
  }

  /** The messages that `chunk` completes. */
  *feed(chunk) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (!this.#need && !this.#readHead()) return;
      if (this.#bytes < this.#need) return;
      const all = this.#join();
      const body = all.subarray(this.#head, this.#need);
      this.#chunks = [all.subarray(this.#need)];
      this.#bytes -= this.#need;
      this.#need = 0;
      yield JSON.parse(body.toString('utf8'));
    }
  }

  #join() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  #readHead() {
    const all = this.#join();
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = all.toString('utf8', 0, end);
    const strange = head.split(/\r?\n/).find((line) => !/^content-(length|type):/i.test(line));
    if (this.#strict && strange !== undefined) throw new NoHeader(strange);
    const length = /^content-length:\s*(\d+)/im.exec(head);
    this.#head = end + 4;
    this.#need = this.#head + (length ? Number(length[1]) : 0);
    return true;
  }
}

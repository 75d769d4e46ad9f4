// An adapter for a service that answers a POST with a line of JSON a piece:
//
//     {"text": "…"}            a piece
//     {"in": 12, "out": 34}    what it counted, at the end
//     {"error": "…"}           instead, when it can't
//
//     {"plugins": [{"name": "toy", "command": ["node", "/path/http-adapter.mjs"],
//                   "env": ["PATH", "TOY_URL", "TOY_KEY"]}],
//      "providers": [{"type": "plugin", "name": "toy", "plugin": "toy", "models": [{"id": "toy-1"}]}]}
import readline from 'node:readline';
import { Readable } from 'node:stream';
import { ModelAdapter, ServiceError, Usage, run } from 'switchyard-sdk';

const KINDS = {
  400: 'refused', 401: 'auth', 403: 'forbidden', 404: 'model', 413: 'prompt_size',
  429: 'rate_limit', 503: 'overloaded',
};

class HttpAdapter extends ModelAdapter {
  constructor(url, key) {
    super();
    this.url = url;
    this.key = key;
  }

  async open(path, options = {}) {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    let answer;
    try {
      answer = await fetch(new URL(path, this.url), { ...options, headers });
    } catch (e) {
      if (e.name === 'AbortError') throw e;
      throw new ServiceError('connect', e.cause?.message ?? e.message);
    }
    if (answer.ok) return answer;
    await answer.body?.cancel();
    const wait = answer.headers.get('retry-after');
    throw new ServiceError(KINDS[answer.status] ?? 'provider', `HTTP ${answer.status}`,
      { retryAfter: wait ? Number(wait) : undefined });
  }

  async *complete(prompt) {
    const body = JSON.stringify({
      model: prompt.model, before: prompt.prefix, after: prompt.suffix, most: prompt.max_tokens,
    });
    const answer = await this.open('/write', { method: 'POST', body, signal: prompt.signal });
    for await (const line of readline.createInterface({ input: Readable.fromWeb(answer.body) })) {
      const piece = JSON.parse(line);
      if (piece.error !== undefined) throw new ServiceError('provider', piece.error);
      if (piece.text !== undefined) yield piece.text;
      else yield new Usage({ tokensIn: piece.in, tokensOut: piece.out });
    }
  }

  async health(_model) {
    await (await this.open('/health')).body?.cancel();
  }
}

run(new HttpAdapter(process.env.TOY_URL, process.env.TOY_KEY ?? ''));

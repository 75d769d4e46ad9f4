// The least that a plug-in can do.
import { BaseRouter, ModelAdapter, run } from '../../../sdk/javascript/src/index.js';

class Router extends BaseRouter {
  selectModel() {
    return 'm4';
  }
}

class Adapter extends ModelAdapter {
  async *complete() {
    for (let i = 0; i < 2500; i++) yield 'xxxxxxxx';
  }
}

run(new Router(), new Adapter());

import { BaseRouter, run } from 'switchyard-sdk';

class CustomRouter extends BaseRouter {
  async selectModel(task) {
    if (task.language === 'rust') return this.getModel('rust-specialized');
    return super.selectModel(task);
  }
}

run(new CustomRouter());

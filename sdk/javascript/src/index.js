export { BaseRouter, Choice, FAILURES, ModelAdapter, Monitor, ServiceError, Stop, Task, Usage } from './plugin.js';
export { run } from './serve.js';

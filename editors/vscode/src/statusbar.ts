/** The status bar's item: model and class of the last completion, today's cost. */
import {
  MarkdownString,
  StatusBarAlignment,
  window,
  type Disposable,
  type TextDocument,
} from 'vscode';
import type { Status } from './protocol';
import { money, sentenceOf } from './render';
import type { Server } from './server';
import * as settings from './settings';

const PAUSE_MS = 150;
const MODEL_LENGTH = 28;

/** "mistralai/codestral-2508" is called by its last part. */
export function shortModel(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1) || model;
  return name.length > MODEL_LENGTH
    ? `${name.slice(0, MODEL_LENGTH - 1)}…`
    : name;
}

export class StatusBar implements Disposable {
  /** As the server last told it. */
  status: Status | undefined;
  private readonly item = window.createStatusBarItem(
    'switchyard.status',
    StatusBarAlignment.Right,
    100,
  );
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly onStatus: (status: Status) => void,
  ) {
    this.item.name = 'Switchyard';
    this.item.command = 'switchyard.menu';
    this.item.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
  }

  /** Ask the server, soon: keys come in crowds. */
  refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, PAUSE_MS);
  }

  async refresh(): Promise<Status | undefined> {
    const status = await this.server.ask<Status>('switchyard/status');
    if (status) {
      this.status = status;
      this.onStatus(status);
    }
    this.draw();
    return status;
  }

  draw(): void {
    const document = window.activeTextEditor?.document;
    this.item.text = this.text(document);
    this.item.tooltip = this.tooltip();
  }

  private text(document: TextDocument | undefined): string {
    if (this.server.state === 'missing' || this.server.state === 'failed')
      return '$(warning) Switchyard';
    if (this.server.state === 'starting') return '$(loading~spin) Switchyard';
    if (document ? !settings.isOn(document) : !settings.isOnAtAll())
      return '$(circle-slash) Switchyard';
    const last = this.status?.last;
    const here =
      document &&
      last?.uri ===
        this.server.client?.code2ProtocolConverter.asUri(document.uri);
    const parts =
      here && last
        ? [shortModel(last.model || 'no model'), last.class]
        : ['Switchyard'];
    return `$(repo-forked) ${[...parts, this.cost()].join(' · ')}`;
  }

  private cost(): string {
    const today = this.status?.today;
    return `${money(today?.cost ?? 0)}${today?.unpricedCalls ? '+' : ''}`;
  }

  private tooltip(): MarkdownString {
    const text = new MarkdownString('**Switchyard**\n\n');
    const s = this.status;
    if (this.server.state !== 'running' || !s)
      return text.appendText(`The server is ${this.server.state}.`);
    if (s.last)
      text
        .appendText(`Last, class ${s.last.class}: ${sentenceOf(s.last)}.`)
        .appendMarkdown('\n\n');
    text.appendText(`Today: ${s.today.calls} calls, ${money(s.today.cost)}`);
    text.appendText(
      s.today.unpricedCalls
        ? `, and ${s.today.unpricedCalls} calls of unknown price.`
        : '.',
    );
    for (const m of s.models.filter((model) => model.restsMs))
      text
        .appendMarkdown('\n\n')
        .appendText(`${m.model} is left alone: ${m.restsBecause}.`);
    for (const b of s.budgets ?? [])
      text
        .appendMarkdown('\n\n')
        .appendText(`${money(b.budgetLeft)} left for ${b.for} this ${b.per}.`);
    return text;
  }
}

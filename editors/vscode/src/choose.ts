/** Explain the decision at the cursor, and choose another model for its kind. */
import { window, type QuickPickItem, type TextEditor } from 'vscode';
import type { Documents } from './documents';
import type { Candidate, Explanation, ModelStatus, Status } from './protocol';
import { explanation, placeOf } from './render';
import { say } from './say';
import type { Server } from './server';
import * as settings from './settings';
import type { StatusBar } from './statusbar';

async function explain(
  server: Server,
  editor: TextEditor,
): Promise<Explanation | undefined> {
  const convert = server.client?.code2ProtocolConverter;
  const params = convert?.asTextDocumentPositionParams(
    editor.document,
    editor.selection.active,
  );
  return params && server.ask<Explanation>('switchyard/explain', params);
}

function sayNothingThere(server: Server, editor: TextEditor | undefined): void {
  if (!editor)
    void say('info', 'there is no editor whose cursor could be looked at.');
  else if (server.state !== 'running')
    void say('warning', `the server is ${server.state}.`, 'switchyard.log');
  else
    void say(
      'warning',
      'the server does not serve this document.',
      'switchyard.log',
    );
}

export async function explainHere(
  server: Server,
  bar: StatusBar,
  documents: Documents,
): Promise<void> {
  const editor = window.activeTextEditor;
  const e = editor && (await explain(server, editor));
  if (!editor || !e) return sayNothingThere(server, editor);
  const { line, character } = editor.selection.active;
  const uri = server.client?.code2ProtocolConverter.asUri(editor.document.uri);
  const last = (await bar.refresh())?.last;
  const place = placeOf(editor.document.uri.path, line, character);
  await documents.show(
    'Decision',
    explanation(e, place, last?.uri === uri ? last : undefined),
  );
}

/** The route that this menu wrote, and nothing that was written by hand. */
function isFor(route: settings.Route, e: Explanation): boolean {
  const keys = Object.keys(route).sort().join();
  return (
    keys === 'class,language,model' &&
    route.class === e.class &&
    route.language === e.language
  );
}

interface Choice extends QuickPickItem {
  model?: string;
}

function choiceOf(m: ModelStatus, candidate: Candidate | undefined): Choice {
  const where = m.local ? 'this machine' : 'elsewhere';
  const choice: Choice = {
    label: m.model,
    description: `${m.provider}, ${where}, ${m.health}`,
    model: m.model,
  };
  if (candidate?.excluded)
    choice.detail = `left out now: ${candidate.reason ?? ''}`;
  else if (candidate)
    choice.detail = `candidate ${candidate.rank}: ${candidate.reason ?? ''}`;
  return choice;
}

function choices(e: Explanation, status: Status): Choice[] {
  const own = settings.routes().find((route) => isFor(route, e));
  const table: Choice = own
    ? {
        label: '$(discard) As the route table has it',
        description: `without your choice of ${String(own.model)}`,
      }
    : {
        label: '$(check) As the route table has it',
        description: `${e.route.name}: ${e.model}`,
      };
  const models = status.models.map((m) =>
    choiceOf(
      m,
      e.candidates.find((c) => c.model === m.model),
    ),
  );
  return [table, ...models];
}

/** Written as a route into the settings, in front of the others. */
async function write(e: Explanation, model: string | undefined): Promise<void> {
  const others = settings.routes().filter((route) => !isFor(route, e));
  const own = model ? [{ class: e.class, language: e.language, model }] : [];
  await settings.setRoutes([...own, ...others]);
}

export async function chooseModel(
  server: Server,
  bar: StatusBar,
): Promise<void> {
  const editor = window.activeTextEditor;
  const e = editor && (await explain(server, editor));
  const status = e && (await bar.refresh());
  if (!editor || !e || !status) return sayNothingThere(server, editor);
  const chosen = await window.showQuickPick(choices(e, status), {
    title: `Which model for class ${e.class} in ${e.language}?`,
    placeHolder: `Now: ${e.model}`,
    matchOnDescription: true,
  });
  if (!chosen) return;
  await write(e, chosen.model);
  await tell(server, editor, chosen.model);
}

/** A rule, a budget or the file's privacy may stand above a route. */
async function tell(
  server: Server,
  editor: TextEditor,
  model: string | undefined,
): Promise<void> {
  const now = await explain(server, editor);
  if (!now) return;
  if (!model || now.model === model) {
    void say(
      'info',
      `${now.model} is asked first for class ${now.class} in ${now.language}.`,
    );
    return;
  }
  const reason =
    now.candidates.find((c) => c.model === model)?.reason ??
    'it is no candidate here';
  void say(
    'warning',
    `${now.model} is asked here all the same, not ${model}: ${reason}.`,
  );
}

/** Keys of services, set by hand, and the rows of the configuration for them. */
import { existsSync } from 'node:fs';
import {
  Position,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type QuickPickItem,
} from 'vscode';
import { NAME, type Keys } from './keys';
import { configPath, run } from './program';
import type { Service, Status } from './protocol';
import { providerRow } from './render';
import { say } from './say';
import type { Server } from './server';

export async function services(server: Server): Promise<Service[]> {
  if (!server.program) return [];
  return JSON.parse(
    await run(server.program, ['models', '--services', '--json'], process.env),
  ) as Service[];
}

interface Choice extends QuickPickItem {
  name?: string;
  service?: Service;
}

async function pick(server: Server, keys: Keys): Promise<Choice | undefined> {
  const rows: Choice[] = (await services(server))
    .filter((service) => service.auth?.variable)
    .map((service) => {
      const name = service.auth?.variable ?? '';
      const adds = service.default_model ?? 'the models that you name';
      return {
        label: service.title,
        description: name,
        detail: `adds ${adds}; ${keys.whereabouts(name)}`,
        name,
        service,
      };
    });
  const known = new Set(rows.map((row) => row.name));
  for (const name of keys.names().filter((stored) => !known.has(stored)))
    rows.push({ label: name, detail: 'stored here', name });
  rows.push({
    label: '$(add) Another variable…',
    detail: 'one that your configuration names as "${NAME}"',
  });
  return window.showQuickPick(rows, {
    title: 'Which key?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

function askName(): Thenable<string | undefined> {
  return window.showInputBox({
    title: 'The variable that your configuration names',
    placeHolder: 'MY_API_KEY',
    validateInput: (value) =>
      NAME.test(value) ? undefined : 'Capital letters, digits and underscores',
  });
}

/** Empty removes the one that is there. */
function askKey(name: string, stored: boolean): Thenable<string | undefined> {
  return window.showInputBox({
    title: name,
    password: true,
    ignoreFocusOut: true,
    prompt: stored
      ? 'A new key, or nothing to remove the stored one'
      : 'Kept in the secret storage of VS Code',
    validateInput: (value) =>
      value || stored ? undefined : 'The key is empty',
  });
}

export async function setKey(server: Server, keys: Keys): Promise<void> {
  const chosen = await pick(server, keys);
  const name = chosen && (chosen.name ?? (await askName()));
  if (!name) return;
  const value = await askKey(name, keys.names().includes(name));
  if (value === undefined) return;
  if (!value) {
    await keys.remove(name);
    await server.restart();
    void say('info', `${name} was removed.`);
    return;
  }
  await keys.set(name, value.trim());
  await server.restart();
  await offerRow(server, name, chosen.service);
}

/** A key alone adds nothing: the user's own file has to name the service. */
async function offerRow(
  server: Server,
  name: string,
  service: Service | undefined,
): Promise<void> {
  const status = await server.ask<Status>('switchyard/status');
  const used =
    service && status?.models.some((m) => m.provider === service.type);
  if (!service || used) {
    void say('info', `${name} is stored, and the server has it.`);
    return;
  }
  const add = 'Add It';
  const sentence = `Switchyard: ${name} is stored. Your configuration does not name ${service.title} yet.`;
  if ((await window.showInformationMessage(sentence, add)) === add)
    await addRow(service);
}

/** Comments become blanks, so that places stay what they are. */
const withoutComments = (text: string): string =>
  text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) =>
    part.startsWith('"') ? part : part.replace(/[^\n]/g, ' '),
  );

/** Where a row of "providers" goes; undefined: the file has no such list. */
export function placeOfRow(
  text: string,
): { offset: number; isEmpty: boolean } | undefined {
  const code = withoutComments(text);
  const list = /"providers"\s*:\s*\[/.exec(code);
  if (!list) return undefined;
  const offset = list.index + list[0].length;
  return { offset, isEmpty: /^\s*\]/.test(code.slice(offset)) };
}

function newFile(service: Service): string {
  const route = service.default_model
    ? `,\n  "routes": [\n    { "default": "${service.default_model}" }\n  ]`
    : '';
  return `{\n  "discover": true,\n  "providers": [\n    ${providerRow(service)}\n  ]${route}\n}\n`;
}

/** Into the editor, unsaved: the file is the user's. */
async function addRow(service: Service): Promise<void> {
  const file = Uri.file(configPath());
  const isNew = !existsSync(file.fsPath);
  const uri = isNew ? file.with({ scheme: 'untitled' }) : file;
  const document = await workspace.openTextDocument(uri);
  const edit = new WorkspaceEdit();
  const place = placeOfRow(document.getText());
  if (isNew && !document.getText())
    edit.insert(uri, new Position(0, 0), newFile(service));
  else if (place)
    edit.insert(
      uri,
      document.positionAt(place.offset),
      `\n    ${providerRow(service)}${place.isEmpty ? '\n  ' : ','}`,
    );
  else
    void say(
      'warning',
      `there is no list "providers" in ${file.fsPath}; add "providers": [ ${providerRow(service)} ].`,
    );
  await workspace.applyEdit(edit);
  await window.showTextDocument(document);
  if (edit.size)
    void say('info', 'the row is added; save the file to have it read.');
}

export async function openConfiguration(): Promise<void> {
  const file = Uri.file(configPath());
  const uri = existsSync(file.fsPath)
    ? file
    : file.with({ scheme: 'untitled' });
  await window.showTextDocument(await workspace.openTextDocument(uri));
}

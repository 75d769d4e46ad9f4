/** The status bar's menu. */
import {
  commands,
  QuickPickItemKind,
  window,
  workspace,
  type QuickPickItem,
  type TextDocument,
} from 'vscode';
import { hasCommand } from './program';
import { sentenceOf } from './render';
import type { Server } from './server';
import * as settings from './settings';
import type { StatusBar } from './statusbar';

interface Row extends QuickPickItem {
  run?: string;
}

/** The editor's identifier; its name for people can't be had. */
const shownLanguage = ({ languageId }: TextDocument): string =>
  languageId.charAt(0).toUpperCase() + languageId.slice(1);

const separator = (label: string): Row => ({
  label,
  kind: QuickPickItemKind.Separator,
});
const turn = (on: boolean): string =>
  on ? '$(circle-slash) Turn off' : '$(play) Turn on';

function switches(): Row[] {
  const document = window.activeTextEditor?.document;
  const rows: Row[] = [];
  const on = settings.isOnAtAll();
  if (document && on)
    rows.push({
      label: `${turn(settings.isOnFor(document.languageId))} for ${shownLanguage(document)}`,
      run: 'switchyard.toggleHere',
    });
  if (workspace.workspaceFolders?.length)
    rows.push({
      label: `${turn(on)} in this workspace`,
      run: 'switchyard.toggleWorkspace',
    });
  rows.push({ label: `${turn(on)} everywhere`, run: 'switchyard.toggle' });
  return rows;
}

async function decision(bar: StatusBar): Promise<Row[]> {
  if (!window.activeTextEditor) return [];
  const last = (await bar.refresh())?.last;
  return [
    separator(last ? sentenceOf(last) : 'No completion so far'),
    { label: '$(question) Explain this decision', run: 'switchyard.explain' },
    {
      label: '$(list-selection) Choose a model for this language and class…',
      run: 'switchyard.chooseModel',
    },
  ];
}

/** Where the program has no live panel, its figures are shown instead. */
async function views(server: Server): Promise<Row[]> {
  const panel =
    server.program &&
    (await hasCommand(server.program, 'dashboard').catch(() => false));
  const figures = {
    label: '$(pulse) Models, health and costs',
    run: 'switchyard.status',
  };
  const rows: Row[] = panel
    ? [{ label: '$(graph) Panel', run: 'switchyard.dashboard' }, figures]
    : [
        {
          label: '$(graph) Panel',
          description: 'figures of now: this program has no live one',
          run: 'switchyard.dashboard',
        },
      ];
  return [
    separator(''),
    ...rows,
    { label: '$(output) Log', run: 'switchyard.log' },
  ];
}

const others: Row[] = [
  separator(''),
  { label: '$(key) Set or remove a key…', run: 'switchyard.setKey' },
  { label: '$(json) Configuration file', run: 'switchyard.openConfiguration' },
  { label: '$(gear) Settings', run: 'switchyard.settings' },
  { label: '$(debug-restart) Restart the server', run: 'switchyard.restart' },
];

export async function showMenu(server: Server, bar: StatusBar): Promise<void> {
  const running = server.state === 'running';
  const rows: Row[] = running
    ? [
        ...switches(),
        ...(await decision(bar)),
        ...(await views(server)),
        ...others,
      ]
    : [
        separator(`The server is ${server.state}`),
        {
          label: '$(file-binary) Choose the program…',
          run: 'switchyard.choosePath',
        },
        { label: '$(output) Log', run: 'switchyard.log' },
        ...others,
      ];
  const chosen = await window.showQuickPick(rows, {
    title: 'Switchyard',
    placeHolder: 'What shall it do?',
  });
  if (chosen?.run) await commands.executeCommand(chosen.run);
}

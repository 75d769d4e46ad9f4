/** Switchyard in VS Code: what starts when, and which command does what. */
import {
  commands,
  window,
  workspace,
  type ExtensionContext,
  type Terminal,
} from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { chooseModel, explainHere } from './choose';
import { Documents } from './documents';
import { Keys } from './keys';
import { showMenu } from './menu';
import { hasCommand } from './program';
import { Refreshes } from './refresh';
import { found, status as figures } from './render';
import { say } from './say';
import { Server } from './server';
import { openConfiguration, services, setKey } from './services';
import * as settings from './settings';
import { StatusBar } from './statusbar';
import { openWalkthrough, tellFound, tellState, welcome } from './welcome';

/** When to look again: models of this machine are found a while after the
 * server has started. */
const LOOKS_MS = [1_500, 5_000, 15_000];

let server: Server | undefined;

/**
 * That a text was shown or accepted in part is told only to extensions with
 * proposed API, so the server sees it in the changes of the document; that it
 * was accepted whole its item's command tells.
 */
function middleware(refreshes: Refreshes, onAnswer: () => void): Middleware {
  return {
    provideInlineCompletionItems: async (
      document,
      position,
      context,
      token,
      next,
    ) => {
      if (!settings.isOn(document)) return null;
      const items = await next(
        document,
        position,
        refreshes.context(document, position, context),
        token,
      );
      onAnswer();
      return items;
    },
    provideCompletionItem: (document, position, context, token, next) =>
      settings.inMenu() && settings.isOn(document)
        ? next(document, position, context, token)
        : undefined,
  };
}

/** Asked for by hand where it is off, it says so. */
async function complete(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!settings.isOnAtAll())
    await say('info', 'it is off.', 'switchyard.toggle');
  else if (document && !settings.isOn(document))
    await say(
      'info',
      `it is off for ${document.languageId}.`,
      'switchyard.toggleHere',
    );
  else await commands.executeCommand('editor.action.inlineSuggest.trigger');
}

async function showFigures(
  bar: StatusBar,
  documents: Documents,
  note = '',
): Promise<void> {
  const status = await bar.refresh();
  if (status) await documents.show('Figures', figures(status, note));
  else await say('warning', 'the server does not answer.', 'switchyard.log');
}

let panel: Terminal | undefined;

/** The live panel runs, and says where, until its terminal is closed. */
async function openPanel(
  running: Server,
  bar: StatusBar,
  documents: Documents,
): Promise<void> {
  const { program } = running;
  if (panel && !panel.exitStatus) panel.show();
  else if (
    program &&
    (await hasCommand(program, 'dashboard').catch(() => false))
  ) {
    panel = window.createTerminal({
      name: 'Switchyard',
      shellPath: program,
      shellArgs: ['dashboard'],
    });
    panel.show();
  } else
    await showFigures(
      bar,
      documents,
      `These are the figures of now: ${program ?? 'the program'} has no command "dashboard", which would be the live panel.`,
    );
}

async function choosePath(): Promise<void> {
  const [chosen] =
    (await window.showOpenDialog({
      title: 'The program switchyard',
      openLabel: 'Use It',
    })) ?? [];
  if (chosen)
    await workspace
      .getConfiguration(settings.SECTION)
      .update('path', chosen.fsPath, true);
}

async function toggleLanguage(): Promise<void> {
  const language = window.activeTextEditor?.document.languageId;
  if (language)
    await settings.turnLanguage(language, !settings.isOnFor(language));
}

async function showFound(
  running: Server,
  bar: StatusBar,
  documents: Documents,
  keys: Keys,
): Promise<void> {
  const status = await bar.refresh();
  const text = found(status, await services(running), (name) =>
    keys.whereabouts(name),
  );
  await documents.show('Models and keys', text);
}

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel('Switchyard', { log: true });
  const keys = new Keys(context);
  const documents = new Documents(context);
  const refreshes = new Refreshes();
  const running = new Server(
    context,
    keys,
    log,
    middleware(refreshes, () => bar.refreshSoon()),
    (client) => refreshes.listen(client),
  );
  const bar: StatusBar = new StatusBar(running, tellFound);
  server = running;

  const table: Record<string, () => unknown> = {
    menu: () => showMenu(running, bar),
    complete,
    explain: () => explainHere(running, bar, documents),
    chooseModel: () => chooseModel(running, bar),
    toggleHere: toggleLanguage,
    toggleWorkspace: () => settings.turnWorkspace(!settings.isOnAtAll()),
    toggle: () => settings.turnEverywhere(!settings.isOnAtAll()),
    status: () => showFigures(bar, documents),
    found: () => showFound(running, bar, documents, keys),
    setKey: () => setKey(running, keys),
    openConfiguration,
    choosePath,
    dashboard: () => openPanel(running, bar, documents),
    restart: () => running.restart(),
    log: () => log.show(true),
    settings: () =>
      commands.executeCommand(
        'workbench.action.openSettings',
        '@ext:switchyard.switchyard',
      ),
    walkthrough: openWalkthrough,
  };
  for (const [name, does] of Object.entries(table))
    context.subscriptions.push(
      commands.registerCommand(`switchyard.${name}`, does),
    );

  context.subscriptions.push(
    log,
    bar,
    keys.onDidChange(() => running.restart()),
    running.onDidChangeState((state) => {
      void tellState(state);
      bar.draw();
      if (state === 'running') void bar.refresh();
    }),
    window.onDidChangeActiveTextEditor(() => bar.draw()),
    window.onDidChangeWindowState(
      ({ focused }) => focused && bar.refreshSoon(),
    ),
    workspace.onDidChangeConfiguration((change) => {
      const says = (...names: string[]) =>
        names.some((name) =>
          change.affectsConfiguration(`${settings.SECTION}.${name}`),
        );
      if (says('path', 'configFile', 'logLevel')) void running.restart();
      else if (says('routes', 'rules', 'debounceMs', 'deadlineMs', 'multiline'))
        running.tellSettings();
      bar.draw();
    }),
    workspace.onDidGrantWorkspaceTrust(() => running.tellSettings()),
  );
  await running.restart();
  for (const ms of LOOKS_MS) {
    const timer = setTimeout(
      () => void bar.refresh().then(() => welcome(context)),
      ms,
    );
    context.subscriptions.push({ dispose: () => clearTimeout(timer) });
  }
}

export const deactivate = () => server?.stop();
